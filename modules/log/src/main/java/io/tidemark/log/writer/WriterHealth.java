package io.tidemark.log.writer;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/// How a writer is doing; written by its thread, read by any.
public final class WriterHealth {
  /// What a writer can be.
  public enum State {
    /// It writes what it is given.
    HEALTHY,
    /// It has been at one command for too long. It may come back.
    STALLED,
    /// The disk has no room; it refuses, and looks for room.
    READ_ONLY,
    /// Something in its log is damaged and is being mended; it writes what it is given.
    DAMAGED,
    /// The log failed; nothing more is written until it is opened again.
    FENCED
  }

  /// The state and, in words, the reason for it; empty if healthy.
  public record Condition(State state, String reason) {
    static final Condition HEALTHY = new Condition(State.HEALTHY, "");
  }

  /// What was measured since the question before: append to outcome, for those that waited for one,
  /// in microseconds; syncs, in microseconds; records of the batches.
  public record Measured(Histogram appendMicros, Histogram syncMicros, Histogram batchRecords) {}

  private static final long LONGEST_MICROS = TimeUnit.HOURS.toMicros(1);
  private static final int DIGITS = 3;
  private static final long IDLE = Long.MIN_VALUE;

  private final long stalledNanos;
  private final Recorder appendMicros = new Recorder(LONGEST_MICROS, DIGITS);
  private final Recorder syncMicros = new Recorder(LONGEST_MICROS, DIGITS);
  private final Recorder batchRecords = new Recorder(1 << 24, DIGITS);
  private final AtomicLong claimsLost = new AtomicLong();
  private volatile Condition condition = Condition.HEALTHY;
  private volatile Condition whenWell = Condition.HEALTHY;
  private volatile long busySinceNanos = IDLE;
  private volatile long unsyncedSinceNanos = IDLE;

  /// @param stalled how long one command may take
  public WriterHealth(Duration stalled) {
    this.stalledNanos = stalled.toNanos();
  }

  /// What it is now. A disk that is stuck shows here, and nowhere else.
  public Condition condition() {
    Condition said = condition;
    if (said.state() != State.HEALTHY) {
      return said;
    }
    long busy = busyNanos();
    return busy > stalledNanos
        ? new Condition(
            State.STALLED,
            "at one command, on the disk most likely, for "
                + TimeUnit.NANOSECONDS.toMillis(busy)
                + " ms")
        : whenWell;
  }

  /// For how long it has been at one command; zero if at none.
  public long busyNanos() {
    return nanosSince(busySinceNanos);
  }

  /// The age of the oldest record that is appended and not synced, zero if there is none: what a
  /// power cut may take now.
  public long unsyncedNanos() {
    return nanosSince(unsyncedSinceNanos);
  }

  private static long nanosSince(long since) {
    return since == IDLE ? 0 : System.nanoTime() - since;
  }

  /// What was measured since this was asked last.
  public Measured measured() {
    return new Measured(
        appendMicros.getIntervalHistogram(),
        syncMicros.getIntervalHistogram(),
        batchRecords.getIntervalHistogram());
  }

  /// How many claims were left behind because their producers neither committed nor aborted them.
  public long claimsLost() {
    return claimsLost.get();
  }

  /// A caller got its outcome `nanos` after it appended.
  public void answered(long nanos) {
    record(appendMicros, nanos);
  }

  /// Begins a command; to be followed by [#ends].
  public void begins() {
    busySinceNanos = System.nanoTime();
  }

  /// The command is done.
  public void ends() {
    busySinceNanos = IDLE;
  }

  void appended(int records) {
    batchRecords.recordValue(records);
    if (unsyncedSinceNanos == IDLE) {
      unsyncedSinceNanos = System.nanoTime();
    }
  }

  void synced(long nanos) {
    record(syncMicros, nanos);
    unsyncedSinceNanos = IDLE;
  }

  private static void record(Recorder recorder, long nanos) {
    recorder.recordValue(Math.min(LONGEST_MICROS, Math.max(0, nanos / 1000)));
  }

  void claimLost() {
    claimsLost.incrementAndGet();
  }

  void healthy() {
    condition = Condition.HEALTHY;
  }

  void readOnly(String reason) {
    condition = new Condition(State.READ_ONLY, reason);
  }

  /// Whoever mends the log begins to; any thread.
  public void damaged(String reason) {
    whenWell = new Condition(State.DAMAGED, reason);
  }

  /// It is mended; any thread.
  public void mended() {
    whenWell = Condition.HEALTHY;
  }

  void fenced(String reason) {
    condition = new Condition(State.FENCED, reason);
  }
}
