package io.tidemark.protocol;

import io.tidemark.foundation.NodeId;
import io.tidemark.foundation.ReplicaId;
import java.util.Set;

/// Which nodes are there, whatever their replicas say, and how long the silence of a replica is
/// borne.
final class HeardNodes {
  /// How many election timeouts a replica whose node is heard may be silent: its node is busy, and
  /// another leader, or none, would not make it less so.
  private static final int TIMEOUTS_OF_BUSY = 8;

  private final int electionTicks;
  private Set<NodeId> nodes = Set.of();

  HeardNodes(int electionTicks) {
    this.electionTicks = electionTicks;
  }

  /// They are these now; true if one is among them that was not before.
  boolean are(Set<NodeId> now) {
    boolean more = !nodes.containsAll(now);
    nodes = now;
    return more;
  }

  boolean isNodeOf(ReplicaId replica) {
    return nodes.contains(replica.node());
  }

  /// How many ticks the silence of `replica` is borne: `timeouts`, or more if its node is heard.
  int patienceTicks(ReplicaId replica, int timeouts) {
    return electionTicks * (isNodeOf(replica) ? timeouts * TIMEOUTS_OF_BUSY : timeouts);
  }
}
