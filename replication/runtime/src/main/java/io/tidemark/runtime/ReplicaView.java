package io.tidemark.runtime;

import io.tidemark.foundation.NodeId;
import io.tidemark.foundation.ReplicaId;
import io.tidemark.protocol.Members;
import io.tidemark.protocol.ReplicaCore;
import java.util.List;
import java.util.Optional;

/// What a replica last said of itself; for routing and for people, out of date the moment it is
/// read.
///
/// @param epoch the highest epoch promised
/// @param leader who is known to lead
/// @param state one word: opening, follower, pre-candidate, candidate, leader, fenced
/// @param members who takes part as far as its log says
public record ReplicaView(long epoch, Optional<NodeId> leader, String state, Members members) {
  static final ReplicaView OPENING = new ReplicaView(0, Optional.empty(), "opening", Members.NONE);

  static ReplicaView of(ReplicaCore core) {
    return new ReplicaView(
        core.epoch(), core.leader().map(ReplicaId::node), core.roleName(), core.members());
  }

  static ReplicaView fenced(ReplicaCore core) {
    return new ReplicaView(core.epoch(), Optional.empty(), "fenced", core.members());
  }

  /// The nodes whose replicas vote.
  public List<NodeId> voters() {
    return nodes(members.voters());
  }

  /// The nodes whose replicas learn, and do not vote.
  public List<NodeId> learners() {
    return nodes(members.learners()).stream().filter(node -> !voters().contains(node)).toList();
  }

  private static List<NodeId> nodes(List<ReplicaId> replicas) {
    return replicas.stream().map(ReplicaId::node).distinct().toList();
  }
}
