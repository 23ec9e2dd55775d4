package io.tidemark.runtime;

import java.util.concurrent.atomic.AtomicLong;

/// A clock that stands still until the test moves it.
final class ManualClock implements Clock {
  private final AtomicLong nanos = new AtomicLong(1_000_000_000L);

  private volatile long tickedNanos = nanos.get();

  void passNanos(long count) {
    nanos.addAndGet(count);
  }

  /// The node lets time pass for its replicas.
  void tick() {
    tickedNanos = nanos.get();
  }

  @Override
  public long wallMicros() {
    return 1_700_000_000_000_000L;
  }

  @Override
  public long monotonicNanos() {
    return nanos.get();
  }

  @Override
  public long tickedNanos() {
    return tickedNanos;
  }
}
