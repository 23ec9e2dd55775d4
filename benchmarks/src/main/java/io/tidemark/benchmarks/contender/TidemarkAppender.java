package io.tidemark.benchmarks.contender;

import io.tidemark.log.Log;
import io.tidemark.log.RecordData;
import io.tidemark.log.ring.AppendRing;
import io.tidemark.log.writer.Appender;
import io.tidemark.partition.Partition;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

/// The same [Partition] through an [Appender]: the calling thread puts records into the writer's
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
    return new Open(setup, new TidemarkActor.Partitions(directory, setup));
  }

  private record Open(Setup setup, TidemarkActor.Partitions partitions) implements Store {
    @Override
    public void append(Load load) {
      Partition.Handle handle = partitions.handle(0);
      Appender appender = handle.appends().appender().orElseThrow();
      Log log = handle.log();
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
      partitions.close();
    }
  }
}
