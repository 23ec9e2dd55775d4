package io.tidemark.log.writer;

import io.tidemark.foundation.Check;
import io.tidemark.log.Batch;
import io.tidemark.log.Codec;
import io.tidemark.log.RecordFormat;
import io.tidemark.log.producers.ProducerLimits;
import io.tidemark.log.ring.RingConfig;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;

/// How a writer writes.
///
/// @param codec how batches are compressed
/// @param syncPolicy when records are synced that nobody waits for
/// @param linger how long the writer waits for more records before it writes what there is; zero
///   waits only for callers that were just answered, and at most half a sync
/// @param retain how much of the log is kept
/// @param producers how much is remembered of who appended what
public record WriterConfig(
    Limits limits,
    Codec codec,
    SyncPolicy syncPolicy,
    Duration linger,
    Delays delays,
    Retain retain,
    ProducerLimits producers) {
  private static final int MIB = 1 << 20;
  private static final int MAX_RING_RECORDS = 1 << 14;

  /// How much at once.
  ///
  /// @param maxBatchBytes records of one batch, in bytes; also the largest record, with its header
  /// @param maxBatchRecords records of one batch
  /// @param maxWaitingBytes records that have no outcome yet; too small: batches stay small; too
  ///   large: memory, and a long wait
  /// @param ringBytes what may wait in front of the writer: a power of two, at least two largest
  ///   records
  public record Limits(
      int maxBatchBytes, int maxBatchRecords, long maxWaitingBytes, int ringBytes) {
    public Limits {
      Check.argument(maxBatchBytes >= 1024, "maxBatchBytes below 1024: %d", maxBatchBytes);
      Check.argument(maxBatchRecords >= 1, "maxBatchRecords below 1: %d", maxBatchRecords);
      Check.argument(
          maxWaitingBytes >= maxBatchBytes,
          "maxWaitingBytes (%d) below maxBatchBytes (%d)",
          maxWaitingBytes,
          maxBatchBytes);
      Check.argument(
          Integer.bitCount(ringBytes) == 1
              && ringBytes / 2 >= maxBatchBytes + RecordFormat.KEY_BYTES,
          "a ring of %d bytes: expected a power of two and room for two records of %d",
          ringBytes,
          maxBatchBytes);
    }

    /// The ring holds what may wait, but no more than 4 MiB, unless two batches are more.
    public static Limits of(int maxBatchBytes, int maxBatchRecords, long maxWaitingBytes) {
      int twoBatches = 2 * (maxBatchBytes + RecordFormat.KEY_BYTES);
      int least = Math.max(twoBatches, (int) Math.min(4L * MIB, maxWaitingBytes));
      int ringBytes = Math.max(4096, Integer.highestOneBit(least - 1) * 2);
      return new Limits(maxBatchBytes, maxBatchRecords, maxWaitingBytes, ringBytes);
    }
  }

  /// How much of the log is kept; what is older is trimmed by whole segments, but never what
  /// somebody holds ([io.tidemark.log.Retention]) or what is not durable yet.
  ///
  /// @param maxBytes of segment files
  /// @param maxAge of records
  /// @param interval how often it is looked, while something is written
  public record Retain(long maxBytes, Duration maxAge, Duration interval) {
    /// Everything is kept.
    public static final Retain ALL =
        new Retain(Long.MAX_VALUE, ChronoUnit.FOREVER.getDuration(), Duration.ofSeconds(10));

    public Retain {
      Check.argument(maxBytes > 0, "maxBytes %d", maxBytes);
      Check.argument(maxAge.isPositive(), "maxAge %s", maxAge);
      Check.argument(interval.isPositive(), "interval %s", interval);
    }

    boolean isAll() {
      return maxBytes == Long.MAX_VALUE && maxAge.equals(ChronoUnit.FOREVER.getDuration());
    }

    /// The time since which records are wanted, if it is `nowMicros`.
    long sinceMicros(long nowMicros) {
      return maxAge.equals(ChronoUnit.FOREVER.getDuration())
          ? 0
          : nowMicros - TimeUnit.SECONDS.toMicros(maxAge.toSeconds()) - maxAge.toNanosPart() / 1000;
    }
  }

  /// How long until it does what nobody asks it for.
  ///
  /// @param note how long nothing was appended before the writer notes durably what is synced: only
  ///   then is damage to the last batch told from a tear
  /// @param fullRetry how often a writer that found the disk full looks whether there is room again
  /// @param claim how long a producer may take, once others wait behind it, to fill the record it
  ///   claimed; it gets up to twice that
  /// @param stalled how long one command may take, on the disk most likely, before the writer
  ///   counts as stalled
  public record Delays(Duration note, Duration fullRetry, Duration claim, Duration stalled) {
    public Delays {
      Check.argument(note.isPositive(), "note %s", note);
      Check.argument(fullRetry.isPositive(), "fullRetry %s", fullRetry);
      Check.argument(claim.isPositive(), "claim %s", claim);
      Check.argument(stalled.isPositive(), "stalled %s", stalled);
    }

    /// 100 ms, 1 s, 1 s and 3 s.
    public static Delays defaults() {
      return new Delays(
          Duration.ofMillis(100),
          Duration.ofSeconds(1),
          Duration.ofSeconds(1),
          Duration.ofSeconds(3));
    }
  }

  public WriterConfig {
    Check.argument(!linger.isNegative(), "linger %s", linger);
  }

  /// Batches of up to 1 MiB or 4,096 records, 16 MiB waiting, a ring of 4 MiB, a sync after every
  /// batch, no compression, no linger.
  public static WriterConfig defaults() {
    return of(Limits.of(MIB, 4096, 16L * MIB));
  }

  /// The defaults with other limits.
  public static WriterConfig of(Limits limits) {
    return new WriterConfig(
        limits,
        Codec.NONE,
        new SyncPolicy.EveryBatch(),
        Duration.ZERO,
        Delays.defaults(),
        Retain.ALL,
        ProducerLimits.defaults());
  }

  /// The same with batches larger by `bytes`, so that a payload of the old size fits with what its
  /// application puts around it.
  public WriterConfig withEnvelope(int bytes) {
    Limits larger =
        Limits.of(
            limits.maxBatchBytes + bytes, limits.maxBatchRecords, limits.maxWaitingBytes + bytes);
    return new WriterConfig(larger, codec, syncPolicy, linger, delays, retain, producers);
  }

  /// The same with another codec.
  public WriterConfig withCodec(Codec newCodec) {
    return new WriterConfig(limits, newCodec, syncPolicy, linger, delays, retain, producers);
  }

  /// The same with another policy.
  public WriterConfig withSyncPolicy(SyncPolicy policy) {
    return new WriterConfig(limits, codec, policy, linger, delays, retain, producers);
  }

  /// The same with a bounded wait for more.
  public WriterConfig withLinger(Duration time) {
    return new WriterConfig(limits, codec, syncPolicy, time, delays, retain, producers);
  }

  /// The same with other delays.
  public WriterConfig withDelays(Delays newDelays) {
    return new WriterConfig(limits, codec, syncPolicy, linger, newDelays, retain, producers);
  }

  /// The same with a log of which not all is kept.
  public WriterConfig withRetain(Retain newRetain) {
    return new WriterConfig(limits, codec, syncPolicy, linger, delays, newRetain, producers);
  }

  /// The same with another memory for who appended what.
  public WriterConfig withProducers(ProducerLimits newProducers) {
    return new WriterConfig(limits, codec, syncPolicy, linger, delays, retain, newProducers);
  }

  /// The largest batch it makes. A record with a key may be as large as one without, so there is
  /// room for the key above `maxBatchBytes`: a record that the ring took and no batch could hold
  /// would stop everything behind it.
  public int maxFrameBytes() {
    return Math.max(limits.maxBatchBytes, ring().maxFrameBytes()) + Batch.HEADER_BYTES;
  }

  RingConfig ring() {
    int maxRecords = Math.min(MAX_RING_RECORDS, Integer.highestOneBit(limits.ringBytes / 8));
    return new RingConfig(
        limits.ringBytes,
        maxRecords,
        limits.maxBatchBytes - RecordFormat.RECORD_HEADER_BYTES,
        Math.min(maxRecords, limits.maxBatchRecords));
  }
}
