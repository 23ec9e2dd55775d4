package io.tidemark.node.tools;

import io.tidemark.log.Batch;
import io.tidemark.log.BatchBuilder;
import io.tidemark.log.Codec;
import io.tidemark.log.LogConfig;
import io.tidemark.log.RecordData;
import io.tidemark.node.tools.DumpReader.Sink;
import io.tidemark.node.tools.DumpReader.Start;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Makes a log from a dump: the same LSNs, epochs, times and batches.
///
/// The dump is read twice. First every line is checked, and nothing is written; then the log is
/// written beside, and gets its name when it is whole and durable.
public final class Load {
  private Load() {}

  /// Loads `dump` into `directory`, which is empty or does not exist; returns the last LSN.
  public static long run(Path dump, Path directory, long segmentBytes) throws IOException {
    LogPlace.checkFree(directory.toAbsolutePath().normalize());
    Checking checking = new Checking();
    DumpReader.read(dump, checking);
    try (NewLog log = NewLog.at(directory)) {
      Writing writing = new Writing(log, checking.largestBytes, segmentBytes);
      DumpReader.read(dump, writing);
      log.finish();
      log.publish();
      return writing.lastLsn;
    }
  }

  private static final class Checking implements Sink {
    private long bytes = Batch.HEADER_BYTES;
    private long largestBytes;

    @Override
    public void begin(Start start) {
      // nothing to prepare
    }

    @Override
    public void record(RecordData record) {
      bytes += record.frameBytes();
    }

    @Override
    public void batch(Start batch, Codec codec) {
      largestBytes = Math.max(largestBytes, bytes);
      bytes = Batch.HEADER_BYTES;
      if (largestBytes > LogConfig.MAX_BATCH_BYTES) {
        throw new IllegalArgumentException("a batch of " + largestBytes + " bytes");
      }
    }
  }

  private static final class Writing implements Sink {
    private final NewLog log;
    private final int batchBytes;
    private final long segmentBytes;
    private final Map<Codec, BatchBuilder> builders = new EnumMap<>(Codec.class);
    private final List<RecordData> records = new ArrayList<>();
    private long lastLsn;

    Writing(NewLog log, long batchBytes, long segmentBytes) {
      this.log = log;
      this.batchBytes = (int) batchBytes;
      this.segmentBytes = segmentBytes;
    }

    @Override
    public void begin(Start start) {
      lastLsn = start.lsn() - 1;
      LogConfig config = NewLog.config(start.logId(), start.partition(), segmentBytes, batchBytes);
      log.begin(config, lastLsn, start.checksum(), start.epoch(), start.time());
    }

    @Override
    public void record(RecordData record) {
      records.add(record);
    }

    @Override
    public void batch(Start batch, Codec codec) {
      BatchBuilder builder =
          builders.computeIfAbsent(codec, c -> new BatchBuilder(Math.max(batchBytes, 128), c));
      builder.clear();
      records.forEach(builder::add);
      lastLsn += records.size();
      records.clear();
      log.append(builder, batch.lsn(), batch.epoch(), batch.time());
    }
  }
}
