package io.tidemark.partition;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/// How a writer is doing; written by its thread, read by any.
public final class WriterHealth {
  /// What a writer can be.
  public enum State {
    /// It writes what it is given.
    HEALTHY,
    /// The disk has no room; it refuses, and looks for room.
    READ_ONLY,
    /// The log failed; nothing more is written until it is opened again.
    FENCED
  }

  /// The state and, in words, the reason for it; empty if healthy.
  public record Condition(State state, String reason) {}

  private static final long LONGEST_MICROS = TimeUnit.HOURS.toMicros(1);
  private static final int DIGITS = 3;
  private static final long IDLE = Long.MIN_VALUE;

  private final Recorder syncMicros = new Recorder(LONGEST_MICROS, DIGITS);
  private final Recorder batchRecords = new Recorder(1 << 24, DIGITS);
  private volatile Condition condition = new Condition(State.HEALTHY, "");
  private volatile long busySinceNanos = IDLE;

  WriterHealth() {}

  /// What it is now.
  public Condition condition() {
    return condition;
  }

  /// For how long it has been at one command, on the disk most likely; zero if at none. A disk that
  /// is stuck shows here, and nowhere else.
  public long busyNanos() {
    long since = busySinceNanos;
    return since == IDLE ? 0 : System.nanoTime() - since;
  }

  /// What syncs took since this was asked last, in microseconds.
  public Histogram syncMicros() {
    return syncMicros.getIntervalHistogram();
  }

  /// How many records the batches had that were written since this was asked last.
  public Histogram batchRecords() {
    return batchRecords.getIntervalHistogram();
  }

  void begins() {
    busySinceNanos = System.nanoTime();
  }

  void ends() {
    busySinceNanos = IDLE;
  }

  void appended(int records) {
    batchRecords.recordValue(records);
  }

  void synced(long nanos) {
    syncMicros.recordValue(Math.min(LONGEST_MICROS, nanos / 1000));
  }

  void healthy() {
    condition = new Condition(State.HEALTHY, "");
  }

  void readOnly(String reason) {
    condition = new Condition(State.READ_ONLY, reason);
  }

  void fenced(String reason) {
    condition = new Condition(State.FENCED, reason);
  }
}
