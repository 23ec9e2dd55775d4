package io.tidemark.node.tools;

import io.tidemark.log.BatchBuilder;
import io.tidemark.log.Codec;
import io.tidemark.log.Log;
import io.tidemark.log.LogConfig;
import io.tidemark.log.LogCursor;
import io.tidemark.log.RecordData;
import io.tidemark.log.verify.Verification;
import io.tidemark.storage.FileSystemDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.HdrHistogram.Histogram;

/// A few seconds of appending and reading on the disk where a log is, in a directory of its own
/// beside it, which is gone afterwards. Not a benchmark: no warm-up to speak of, one run.
public final class QuickBench {
  private static final int RECORDS_A_BATCH = 64;
  private static final int BATCH_BYTES = 1 << 20;
  private static final long SEGMENT_BYTES = 16 << 20;

  private QuickBench() {}

  /// Appends `batches` batches of records of `recordBytes`, each synced, and reads them.
  public static void run(Path beside, int batches, int recordBytes, PrintWriter out)
      throws IOException {
    Path directory =
        Files.createTempDirectory(beside.toAbsolutePath().resolve("..").normalize(), ".bench-");
    try {
      out.printf(
          "durability: one sync a batch of %d records of %d bytes, page cache, real zeros ahead%n",
          RECORDS_A_BATCH, recordBytes);
      out.printf(
          "file system %s, JDK %s, %d processors%n",
          Files.getFileStore(directory).type(),
          Runtime.version(),
          Runtime.getRuntime().availableProcessors());
      try (Log log =
          Log.open(
              FileSystemDirectory.at(directory),
              LogConfig.defaults(1, 0).withSizes(SEGMENT_BYTES, BATCH_BYTES))) {
        append(log, batches, recordBytes, out);
        read(log, out);
      }
      long start = System.nanoTime();
      long bytes = Verification.of(directory, false).bytes();
      out.printf("verify %,.0f MB/s%n", bytes * 1e3 / (System.nanoTime() - start));
      out.flush();
    } finally {
      Trees.delete(directory);
    }
  }

  private static void append(Log log, int batches, int recordBytes, PrintWriter out) {
    byte[] payload = new byte[recordBytes];
    new Random(1).nextBytes(payload);
    BatchBuilder builder = new BatchBuilder(BATCH_BYTES, Codec.NONE);
    Histogram syncMicros = new Histogram(3);
    long start = System.nanoTime();
    for (int i = 0; i < batches; i++) {
      builder.clear();
      for (int r = 0; r < RECORDS_A_BATCH; r++) {
        builder.add(RecordData.data(payload));
      }
      long before = System.nanoTime();
      log.append(builder, 1, System.currentTimeMillis() * 1000);
      log.sync();
      syncMicros.recordValue((System.nanoTime() - before) / 1000);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    out.printf(
        "append %,.0f records/s, %,.1f MB/s; durable after p50 %,d µs, p99 %,d µs%n",
        batches * (double) RECORDS_A_BATCH / seconds,
        batches * (double) RECORDS_A_BATCH * recordBytes / seconds / 1e6,
        syncMicros.getValueAtPercentile(50),
        syncMicros.getValueAtPercentile(99));
  }

  private static void read(Log log, PrintWriter out) {
    long start = System.nanoTime();
    LogCursor cursor = log.cursor(1);
    long records = 0;
    long bytes = 0;
    while (cursor.next()) {
      records++;
      bytes += cursor.payloadBytes();
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    out.printf("read %,.0f records/s, %,.1f MB/s%n", records / seconds, bytes / seconds / 1e6);
  }
}
