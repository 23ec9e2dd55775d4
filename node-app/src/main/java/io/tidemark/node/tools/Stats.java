package io.tidemark.node.tools;

import io.tidemark.log.verify.BatchSeen;
import io.tidemark.log.verify.RecordSeen;
import io.tidemark.log.verify.Report;
import io.tidemark.log.verify.Visitor;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/// Counts what a log holds; reads only. One thread.
public final class Stats implements Visitor {
  private final Histogram batchBytes = new Histogram(3);
  private final Histogram batchRecords = new Histogram(3);
  private final Map<Long, Long> firstOfEpoch = new TreeMap<>();
  private long payloadBytes;
  private long storedBytes;
  private long plainBytes;
  private long frameBytes;
  private long firstMicros = Long.MAX_VALUE;
  private long lastMicros;

  private Stats() {}

  /// Prints the figures of the log at `place`.
  public static Report print(LogPlace place, PrintWriter out) {
    Stats stats = new Stats();
    Report report = place.visit(stats);
    stats.print(report, out);
    out.flush();
    return report;
  }

  @Override
  public void batch(BatchSeen batch) {
    batchBytes.recordValue(batch.lengthBytes());
    batchRecords.recordValue(batch.recordCount());
    firstOfEpoch.putIfAbsent(batch.epoch(), batch.baseLsn());
    storedBytes += batch.bodyBytes();
    plainBytes += batch.uncompressedBytes();
    frameBytes += batch.lengthBytes();
    firstMicros = Math.min(firstMicros, batch.timeMicros());
    lastMicros = batch.timeMicros();
    RecordSeen record = batch.records();
    while (record.next()) {
      payloadBytes += record.payloadBytes();
    }
  }

  private void print(Report report, PrintWriter out) {
    long records = report.records();
    out.printf(
        "segments %d, %,d bytes; batches %,d; records %,d%n",
        report.segments().size(), report.bytes(), batchBytes.getTotalCount(), records);
    out.printf("payload %,d bytes, in frames of %,d bytes%n", payloadBytes, frameBytes);
    if (records == 0) {
      return;
    }
    out.printf(
        "overhead a record %.1f bytes before compression, %.1f on disk%n",
        (double) (plainBytes - payloadBytes + 64 * batchBytes.getTotalCount()) / records,
        (double) (frameBytes - payloadBytes) / records);
    out.printf("compression %.2f : 1%n", plainBytes / (double) Math.max(1, storedBytes));
    percentiles("batch bytes", batchBytes, out);
    percentiles("records a batch", batchRecords, out);
    out.printf("time %s to %s%n", instant(firstMicros), instant(lastMicros));
    firstOfEpoch.forEach((epoch, lsn) -> out.printf("epoch %d from LSN %d%n", epoch, lsn));
  }

  private static void percentiles(String name, Histogram of, PrintWriter out) {
    out.printf(
        "%s: p50 %,d  p90 %,d  p99 %,d  max %,d%n",
        name,
        of.getValueAtPercentile(50),
        of.getValueAtPercentile(90),
        of.getValueAtPercentile(99),
        of.getMaxValue());
  }

  private static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
