package io.tidemark.runtime;

import io.tidemark.foundation.NodeId;
import io.tidemark.protocol.Members;
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
}
