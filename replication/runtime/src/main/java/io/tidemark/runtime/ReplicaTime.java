package io.tidemark.runtime;

/// How time passes for one replica: in ticks by the clock while it is awake, not at all while it
/// rests; and until when a leader may speak. Used by the replica's thread.
final class ReplicaTime {
  /// How many ticks a follower that got no thread for a while makes up for at once.
  private static final int FOLLOWER_CATCH_UP_TICKS = 4;

  private final Clock clock;
  private final long tickNanos;
  private final int electionTicks;
  private final LeaderLease lease;
  private long lastTickNanos;
  private boolean resting;

  ReplicaTime(ReplicaConfig config, int electionTicks) {
    this.clock = config.clock();
    this.tickNanos = config.tick().toNanos();
    this.electionTicks = electionTicks;
    this.lease = new LeaderLease(clock, electionTicks * tickNanos);
    this.lastTickNanos = clock.monotonicNanos();
  }

  LeaderLease lease() {
    return lease;
  }

  /// How many ticks have become due, however many were told. A leader that was stopped must notice
  /// before it speaks; a follower that was stopped has messages waiting, which may be of a leader
  /// that is well.
  long due(boolean leads) {
    long passed = (clock.monotonicNanos() - lastTickNanos) / tickNanos;
    lastTickNanos += passed * tickNanos;
    return Math.min(passed, leads ? 4L * electionTicks : FOLLOWER_CATCH_UP_TICKS);
  }

  /// The leadership is confirmed.
  void confirmed() {
    lease.grantFrom(clock.monotonicNanos());
  }

  /// Whether the replica rests now; one that wakes has missed what the node has missed.
  void rests(boolean now, boolean leads) {
    if (resting && !now) {
      lastTickNanos = clock.tickedNanos();
      if (leads) {
        lease.grantFrom(lastTickNanos);
      }
    }
    if (resting != now) {
      resting = now;
      lease.rests(now);
    }
  }
}
