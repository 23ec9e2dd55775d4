package io.tidemark.runtime;

import io.tidemark.foundation.NodeId;
import io.tidemark.foundation.ReplicaId;
import io.tidemark.protocol.Members;
import io.tidemark.protocol.ReplicaCore;
import java.util.Optional;

/// What a replica last said of itself; for routing and for people, out of date the moment it is
/// read.
///
/// @param id which life of the replica on its node, or, of a damaged one, that of the one that is
///   to come in its place; empty while it is opening or mended
/// @param epoch the highest epoch promised
/// @param leader who is known to lead
/// @param state one word: opening, mending, unmendable, follower, pre-candidate, candidate, leader,
///   fenced, leaving
/// @param members who takes part as far as its log says
/// @param settled whether the record that says so is committed, as far as this replica knows
public record ReplicaView(
    Optional<ReplicaId> id,
    long epoch,
    Optional<NodeId> leader,
    String state,
    Members members,
    boolean settled) {
  static final String LEADER = "leader";
  static final ReplicaView OPENING =
      new ReplicaView(Optional.empty(), 0, Optional.empty(), "opening", Members.NONE, false);

  /// Damaged, and taking no part until that is repaired.
  static final ReplicaView MENDING =
      new ReplicaView(Optional.empty(), 0, Optional.empty(), "mending", Members.NONE, false);

  /// Stopped, and not known yet whether it comes back.
  static final ReplicaView LEAVING =
      new ReplicaView(Optional.empty(), 0, Optional.empty(), "leaving", Members.NONE, false);

  /// Whether it knows the members and is none of them, or is on its way out: nobody tells it who
  /// leads.
  public boolean isDismissed() {
    return state.equals(LEAVING.state)
        || (!members.all().isEmpty() && id.filter(members::contains).isEmpty());
  }

  static ReplicaView of(ReplicaCore core) {
    return new ReplicaView(
        Optional.of(core.self()),
        core.epoch(),
        core.leader().map(ReplicaId::node),
        core.roleName(),
        core.members(),
        core.membersLsn() <= core.committed());
  }

  /// Damaged for good, and taking no part until `successor` comes in its place.
  static ReplicaView unmendable(ReplicaId successor) {
    return new ReplicaView(
        Optional.of(successor), 0, Optional.empty(), "unmendable", Members.NONE, false);
  }

  static ReplicaView fenced(ReplicaCore core) {
    return new ReplicaView(
        Optional.of(core.self()), core.epoch(), Optional.empty(), "fenced", core.members(), false);
  }
}
