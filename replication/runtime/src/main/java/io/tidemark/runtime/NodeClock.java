package io.tidemark.runtime;

/// The clocks of this machine, and the time that one node was given.
///
/// Written by the thread that ticks, read by all.
final class NodeClock implements Clock {
  private volatile long tickedNanos = System.nanoTime();

  /// One tick: returns how long ago the one before was.
  long tick() {
    long now = monotonicNanos();
    long passed = now - tickedNanos;
    tickedNanos = now;
    return passed;
  }

  @Override
  public long wallMicros() {
    return System.currentTimeMillis() * 1000;
  }

  @Override
  public long monotonicNanos() {
    return System.nanoTime();
  }

  @Override
  public long tickedNanos() {
    return tickedNanos;
  }
}
