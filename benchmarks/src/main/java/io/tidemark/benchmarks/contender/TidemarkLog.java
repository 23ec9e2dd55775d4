package io.tidemark.benchmarks.contender;

import io.tidemark.foundation.Check;
import io.tidemark.log.BatchBuilder;
import io.tidemark.log.Codec;
import io.tidemark.log.Log;
import io.tidemark.log.LogConfig;
import io.tidemark.log.LogCursor;
import io.tidemark.log.RecordData;
import io.tidemark.log.Selection;
import io.tidemark.log.journal.Journal;
import io.tidemark.log.journal.JournalConfig;
import io.tidemark.storage.Access;
import io.tidemark.storage.Directory;
import io.tidemark.storage.FileSystemDirectory;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;

/// Tidemark's log alone: the calling thread encodes, appends and syncs one batch a group; several
/// logs share a journal.
final class TidemarkLog implements Contender {
  private static final int MAX_BATCH_BYTES = 4 << 20;

  private final Access access;

  TidemarkLog(Access access) {
    this.access = access;
  }

  @Override
  public String name() {
    return access == Access.DIRECT ? "Tidemark log, direct" : "Tidemark log";
  }

  @Override
  public Kind kind() {
    return Kind.TIDEMARK;
  }

  @Override
  public Set<Ability> abilities() {
    return access == Access.DIRECT ? EnumSet.noneOf(Ability.class) : EnumSet.allOf(Ability.class);
  }

  @Override
  public Store open(Path directory, Setup setup) {
    Directory root = FileSystemDirectory.at(directory);
    Optional<Journal> journal =
        setup.partitions() == 1
            ? Optional.empty()
            : Optional.of(Journal.open(root, JournalConfig.defaults(), ForkJoinPool.commonPool()));
    return new Logs(
        setup,
        IntStream.range(0, setup.partitions())
            .mapToObj(i -> open(root, journal, config(setup, i).withAccess(access)))
            .toList(),
        journal,
        new BatchBuilder(maxBatchBytes(setup), Codec.NONE));
  }

  private static Log open(Directory root, Optional<Journal> journal, LogConfig config) {
    String name = "log-" + config.partition();
    return Log.open(
        journal.map(one -> one.directory(name)).orElseGet(() -> root.child(name)),
        config,
        ForkJoinPool.commonPool());
  }

  static LogConfig config(Setup setup, int partition) {
    return LogConfig.defaults(1, partition).withSizes(setup.segmentBytes(), maxBatchBytes(setup));
  }

  private static int maxBatchBytes(Setup setup) {
    return (int) Math.min(MAX_BATCH_BYTES, setup.segmentBytes() / 2);
  }

  private record Logs(Setup setup, List<Log> logs, Optional<Journal> journal, BatchBuilder builder)
      implements Store {
    @Override
    public void append(Load load) throws Exception {
      load.inGroups(
          from -> {
            for (int p = 0; p < logs.size(); p++) {
              append(logs.get(p), load, from, p);
            }
            if (setup.synced()) {
              logs.forEach(Log::sync);
            }
          });
    }

    private void append(Log log, Load load, int from, int partition) {
      builder.clear();
      for (int i = from + partition; i < from + load.outstanding(); i += logs.size()) {
        builder.add(RecordData.data(load.payloads().get(i)));
      }
      log.append(builder, 1, 1);
    }

    @Override
    public void readAll(long records) {
      long found = 0;
      for (Log log : logs) {
        LogCursor cursor = log.cursor(log.firstLsn(), Selection.ALL.withAppended());
        long bytes = 0;
        while (cursor.next()) {
          found++;
          bytes += cursor.payload().remaining();
        }
        Check.that(bytes > 0, "no bytes");
      }
      Found.check(found, records);
    }

    @Override
    public void close() {
      logs.forEach(Log::close);
      journal.ifPresent(Journal::close);
    }
  }
}
