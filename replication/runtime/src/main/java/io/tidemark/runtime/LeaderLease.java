package io.tidemark.runtime;

import io.tidemark.partition.Lease;

/// Holds while the replica has confirmed its leadership within an election timeout.
///
/// Written by the replica, read by its writer. Crash story: a leader is stopped for 20 s and goes
/// on. The writer may get its thread before the replica does, with appends in its mailbox; the
/// lease has run out by the monotonic clock, so it acknowledges none of them.
final class LeaderLease implements Lease {
  private final Clock clock;
  private volatile long untilNanos;
  private volatile boolean granted;

  LeaderLease(Clock clock) {
    this.clock = clock;
  }

  void grantUntil(long nanos) {
    untilNanos = nanos;
    granted = true;
  }

  void revoke() {
    granted = false;
  }

  @Override
  public boolean holds() {
    return granted && clock.monotonicNanos() - untilNanos < 0;
  }
}
