package io.tidemark.runtime;

import io.tidemark.partition.Lease;

/// Holds while the replica has confirmed its leadership within an election timeout; while it rests,
/// while the node has let time pass within one.
///
/// Written by the replica, read by its writer. Crash story: a leader is stopped for 20 s and goes
/// on. The writer may get its thread before the replica does, with appends in its mailbox; the
/// lease has run out by the monotonic clock, so it acknowledges none of them.
final class LeaderLease implements Lease {
  private final Clock clock;
  private final long lengthNanos;
  private volatile long fromNanos;
  private volatile boolean granted;
  private volatile boolean resting;

  /// @param lengthNanos how long it holds
  LeaderLease(Clock clock, long lengthNanos) {
    this.clock = clock;
    this.lengthNanos = lengthNanos;
  }

  void grantFrom(long nanos) {
    fromNanos = nanos;
    granted = true;
  }

  void revoke() {
    granted = false;
  }

  void rests(boolean now) {
    resting = now;
  }

  @Override
  public boolean holds() {
    long from = resting ? clock.tickedNanos() : fromNanos;
    return granted && clock.monotonicNanos() - from < lengthNanos;
  }
}
