package io.tidemark.partition;

import io.tidemark.foundation.Check;
import io.tidemark.log.Batch;
import io.tidemark.log.Codec;
import io.tidemark.log.RecordFormat;
import io.tidemark.log.ring.RingConfig;
import java.time.Duration;

/// Limits of a writer.
///
/// @param maxBatchBytes records of one batch, in bytes; also the largest record, with its header
/// @param maxBatchRecords records of one batch
/// @param maxWaitingBytes records that have no outcome yet; too small: batches stay small; too
///   large: memory, and a long wait
/// @param ringBytes what may wait in front of the writer: a power of two, at least two largest
///   records
/// @param codec how batches are compressed
/// @param syncPolicy when records are synced that nobody waits for
/// @param linger how long the writer waits for more records before it writes what there is; zero
///   waits only for callers that were just answered, and at most an eighth of a sync
/// @param noteDelay how long nothing was appended before the writer notes durably what is synced:
///   only then is damage to the last batch told from a tear
/// @param fullRetry how often a writer that found the disk full looks whether there is room again
public record WriterConfig(
    int maxBatchBytes,
    int maxBatchRecords,
    long maxWaitingBytes,
    int ringBytes,
    Codec codec,
    SyncPolicy syncPolicy,
    Duration linger,
    Duration noteDelay,
    Duration fullRetry) {
  private static final int MIB = 1 << 20;
  private static final int MAX_RING_RECORDS = 1 << 14;

  public WriterConfig {
    Check.argument(maxBatchBytes >= 1024, "maxBatchBytes below 1024: %d", maxBatchBytes);
    Check.argument(maxBatchRecords >= 1, "maxBatchRecords below 1: %d", maxBatchRecords);
    Check.argument(
        maxWaitingBytes >= maxBatchBytes,
        "maxWaitingBytes (%d) below maxBatchBytes (%d)",
        maxWaitingBytes,
        maxBatchBytes);
    Check.argument(
        Integer.bitCount(ringBytes) == 1 && ringBytes / 2 >= maxBatchBytes + RecordFormat.KEY_BYTES,
        "a ring of %d bytes: expected a power of two and room for two records of %d",
        ringBytes,
        maxBatchBytes);
    Check.argument(!linger.isNegative(), "linger %s", linger);
    Check.argument(noteDelay.isPositive(), "noteDelay %s", noteDelay);
    Check.argument(fullRetry.isPositive(), "fullRetry %s", fullRetry);
  }

  /// Batches of up to 1 MiB or 4,096 records, 16 MiB waiting, a ring of 4 MiB, a sync after every
  /// batch, no linger.
  public static WriterConfig defaults() {
    return of(MIB, 4096, 16L * MIB);
  }

  /// The defaults with other limits. The ring holds what may wait, but no more than 4 MiB, unless
  /// two batches are more.
  public static WriterConfig of(int maxBatchBytes, int maxBatchRecords, long maxWaitingBytes) {
    return new WriterConfig(
        maxBatchBytes,
        maxBatchRecords,
        maxWaitingBytes,
        ringFor(maxBatchBytes, maxWaitingBytes),
        Codec.NONE,
        new SyncPolicy.EveryBatch(),
        Duration.ZERO,
        Duration.ofMillis(100),
        Duration.ofSeconds(1));
  }

  private static int ringFor(int maxBatchBytes, long maxWaitingBytes) {
    int twoBatches = 2 * (maxBatchBytes + RecordFormat.KEY_BYTES);
    int least = Math.max(twoBatches, (int) Math.min(4L * MIB, maxWaitingBytes));
    return Math.max(4096, Integer.highestOneBit(least - 1) * 2);
  }

  /// The same with batches larger by `bytes`, so that a payload of the old size fits with what its
  /// application puts around it.
  public WriterConfig withEnvelope(int bytes) {
    return new WriterConfig(
        maxBatchBytes + bytes,
        maxBatchRecords,
        maxWaitingBytes,
        ringFor(maxBatchBytes + bytes, maxWaitingBytes),
        codec,
        syncPolicy,
        linger,
        noteDelay,
        fullRetry);
  }

  /// The same with another policy.
  public WriterConfig withSyncPolicy(SyncPolicy policy) {
    return new WriterConfig(
        maxBatchBytes,
        maxBatchRecords,
        maxWaitingBytes,
        ringBytes,
        codec,
        policy,
        linger,
        noteDelay,
        fullRetry);
  }

  /// The same with a bounded wait for more.
  public WriterConfig withLinger(Duration time) {
    return new WriterConfig(
        maxBatchBytes,
        maxBatchRecords,
        maxWaitingBytes,
        ringBytes,
        codec,
        syncPolicy,
        time,
        noteDelay,
        fullRetry);
  }

  /// The same with other delays.
  public WriterConfig withDelays(Duration note, Duration full) {
    return new WriterConfig(
        maxBatchBytes,
        maxBatchRecords,
        maxWaitingBytes,
        ringBytes,
        codec,
        syncPolicy,
        linger,
        note,
        full);
  }

  /// The largest batch it makes. A record with a key may be as large as one without, so there is
  /// room for the key above `maxBatchBytes`: a record that the ring took and no batch could hold
  /// would stop everything behind it.
  public int maxFrameBytes() {
    return Math.max(maxBatchBytes, ring().maxFrameBytes()) + Batch.HEADER_BYTES;
  }

  RingConfig ring() {
    int maxRecords = Math.min(MAX_RING_RECORDS, Integer.highestOneBit(ringBytes / 8));
    return new RingConfig(ringBytes, maxRecords, maxBatchBytes - RecordFormat.RECORD_HEADER_BYTES);
  }
}
