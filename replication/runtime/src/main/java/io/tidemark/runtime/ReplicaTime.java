package io.tidemark.runtime;

import io.tidemark.foundation.NodeId;
import io.tidemark.protocol.Event;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/// How time passes for one replica: in ticks by the clock while it is awake, not at all while it
/// rests; and until when a leader may speak. Used by the replica's thread.
final class ReplicaTime {
  /// How many ticks a follower that got no thread for a while makes up for at once.
  private static final int FOLLOWER_CATCH_UP_TICKS = 4;

  /// Of election timeouts; more than a leader waits for a quorum whose nodes are not heard.
  private static final int LEADER_CATCH_UP_TIMEOUTS = 4;

  /// So many without a tick, and it was stopped.
  private static final int STOPPED_TIMEOUTS = 3;

  private final Clock clock;
  private final long tickNanos;
  private final int electionTicks;
  private final LeaderLease lease;
  private long lastTickNanos;
  private boolean resting;

  ReplicaTime(Clock clock, long tickNanos, int electionTicks) {
    this.clock = clock;
    this.tickNanos = tickNanos;
    this.electionTicks = electionTicks;
    this.lease = new LeaderLease(clock, electionTicks * tickNanos);
    this.lastTickNanos = clock.monotonicNanos();
  }

  LeaderLease lease() {
    return lease;
  }

  /// The ticks that have become due, however many were told. A leader that was stopped must notice
  /// before it speaks; a follower that was stopped has messages waiting, which may be of a leader
  /// that is well.
  ///
  /// @param heard the nodes that are there; not believed after so long a time that they may have
  ///   replaced who leads here. Crash story: a leader that had been stopped for 20 s took its peers
  ///   for busy, because they had been heard before, and acknowledged what had come meanwhile.
  List<Event.Tick> due(boolean leads, Set<NodeId> heard) {
    long passed = (clock.monotonicNanos() - lastTickNanos) / tickNanos;
    lastTickNanos += passed * tickNanos;
    int most = leads ? LEADER_CATCH_UP_TIMEOUTS * electionTicks : FOLLOWER_CATCH_UP_TICKS;
    boolean stopped = passed >= (long) STOPPED_TIMEOUTS * electionTicks;
    Event.Tick tick = new Event.Tick(stopped ? Set.of() : heard);
    return Collections.nCopies((int) Math.min(passed, most), tick);
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
