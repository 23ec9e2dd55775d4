package io.tidemark.benchmarks.contender;

import io.tidemark.log.Log;
import io.tidemark.log.RecordData;
import io.tidemark.log.ring.AppendRing;
import io.tidemark.log.writer.Appender;
import io.tidemark.log.writer.LogWriter;
import io.tidemark.log.writer.SyncPolicy;
import io.tidemark.log.writer.WriterConfig;
import io.tidemark.storage.FileSystemDirectory;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

/// A log and its writer's thread, without actors: the calling thread puts records into the writer's
/// ring and looks at the durable watermark.
final class TidemarkAppender implements Contender {
  @Override
  public String name() {
    return "Tidemark appender";
  }

  @Override
  public Kind kind() {
    return Kind.TIDEMARK;
  }

  @Override
  public Set<Ability> abilities() {
    return EnumSet.of(Ability.NOT_SYNCED);
  }

  @Override
  public Store open(Path directory, Setup setup) {
    WriterConfig config =
        setup.synced()
            ? WriterConfig.defaults()
            : WriterConfig.defaults().withSyncPolicy(new SyncPolicy.OperatingSystem());
    return new Open(
        setup,
        LogWriter.open(
            FileSystemDirectory.at(directory.resolve("log-0")),
            TidemarkLog.config(setup, 0),
            config));
  }

  private record Open(Setup setup, LogWriter writer) implements Store {
    @Override
    public void append(Load load) {
      Appender appender = writer.appender().orElseThrow();
      Log log = writer.log();
      long lsn = 0;
      for (int i = 0; i < load.records(); i++) {
        long began = load.outstanding() == 1 ? System.nanoTime() : 0;
        lsn = append(appender, load.payloads().get(i));
        if (setup.synced()) {
          while (lsn - log.durableLsn() >= load.outstanding()) {
            Thread.onSpinWait();
          }
          load.waited(System.nanoTime() - began);
        }
      }
      while ((setup.synced() ? log.durableLsn() : log.appendedLsn()) < lsn) {
        Thread.onSpinWait();
      }
    }

    private static long append(Appender appender, byte[] payload) {
      long lsn = appender.append(RecordData.DATA, payload);
      while (lsn == AppendRing.FULL) {
        Thread.onSpinWait();
        lsn = appender.append(RecordData.DATA, payload);
      }
      if (lsn < 0) {
        throw new IllegalStateException("not appended: " + lsn);
      }
      return lsn;
    }

    @Override
    public void close() {
      writer.close();
    }
  }
}
