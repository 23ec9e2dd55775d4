package io.tidemark.benchmarks.contender;

import io.tidemark.log.Batch;
import io.tidemark.log.Log;
import io.tidemark.log.LogConfig;
import io.tidemark.log.ReadResult;
import io.tidemark.log.RecordData;
import io.tidemark.storage.FileSystemDirectory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/// Tidemark's log alone: the calling thread encodes, appends and syncs one batch a group.
final class TidemarkLog implements Contender {
  private static final int MAX_BATCH_BYTES = 4 << 20;

  @Override
  public String name() {
    return "Tidemark log";
  }

  @Override
  public Kind kind() {
    return Kind.TIDEMARK;
  }

  @Override
  public Set<Ability> abilities() {
    return EnumSet.allOf(Ability.class);
  }

  @Override
  public Store open(Path directory, Setup setup) {
    return new Logs(
        setup,
        IntStream.range(0, setup.partitions()).mapToObj(i -> open(directory, setup, i)).toList());
  }

  /// The log of one partition.
  static Log open(Path directory, Setup setup, int partition) {
    long segmentBytes = setup.segmentBytes();
    LogConfig config =
        LogConfig.defaults(1, partition)
            .withSizes(segmentBytes, (int) Math.min(MAX_BATCH_BYTES, segmentBytes / 2));
    return Log.open(FileSystemDirectory.at(directory.resolve("log-" + partition)), config);
  }

  private record Logs(Setup setup, List<Log> logs) implements Store {
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
      List<RecordData> records = new ArrayList<>();
      for (int i = from + partition; i < from + load.outstanding(); i += logs.size()) {
        records.add(RecordData.data(load.payloads().get(i)));
      }
      log.append(Batch.encode(log.appendedLsn() + 1, 1, 1, log.lastChecksum(), records));
    }

    @Override
    public void readAll(long records) {
      long found = 0;
      for (Log log : logs) {
        for (long lsn = log.firstLsn(); lsn <= log.appendedLsn(); ) {
          if (!(log.read(lsn) instanceof ReadResult.Found(Batch batch))) {
            throw new IllegalStateException("nothing at LSN " + lsn);
          }
          found += batch.recordCount();
          lsn = batch.lastLsn() + 1;
        }
      }
      Found.check(found, records);
    }

    @Override
    public void close() {
      logs.forEach(Log::close);
    }
  }
}
