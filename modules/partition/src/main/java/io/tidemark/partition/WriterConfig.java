package io.tidemark.partition;

import io.tidemark.foundation.Check;

/// Limits of a writer.
///
/// @param maxBatchBytes records of one batch, in bytes; also the largest record, but for its header
/// @param maxBatchRecords records of one batch
/// @param maxWaitingBytes what may wait in front of the writer
public record WriterConfig(int maxBatchBytes, int maxBatchRecords, long maxWaitingBytes) {
  public WriterConfig {
    Check.argument(maxBatchBytes >= 1024, "maxBatchBytes below 1024: %d", maxBatchBytes);
    Check.argument(maxBatchRecords >= 1, "maxBatchRecords below 1: %d", maxBatchRecords);
    Check.argument(
        maxWaitingBytes >= maxBatchBytes,
        "maxWaitingBytes (%d) below maxBatchBytes (%d)",
        maxWaitingBytes,
        maxBatchBytes);
  }

  /// Batches of up to 1 MiB or 4,096 records, 16 MiB waiting.
  public static WriterConfig defaults() {
    return new WriterConfig(1 << 20, 4096, 16 << 20);
  }

  /// The same with batches larger by `bytes`, so that a payload of the old size fits with what its
  /// application puts around it.
  public WriterConfig withEnvelope(int bytes) {
    return new WriterConfig(maxBatchBytes + bytes, maxBatchRecords, maxWaitingBytes);
  }
}
