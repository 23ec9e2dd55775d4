package io.tidemark.protocol;

import io.tidemark.foundation.ReplicaId;

/// What a replica is in its epoch. Each role owns its fields; a handler answers with the next role.
sealed interface Role permits Follower, PreCandidate, Candidate, Leader {
  /// The roles. [Transition] says which may follow which.
  enum Kind {
    FOLLOWER,
    PRE_CANDIDATE,
    CANDIDATE,
    LEADER
  }

  default Kind kind() {
    return switch (this) {
      case Follower _ -> Kind.FOLLOWER;
      case PreCandidate _ -> Kind.PRE_CANDIDATE;
      case Candidate _ -> Kind.CANDIDATE;
      case Leader _ -> Kind.LEADER;
    };
  }

  /// One tick has passed.
  Role tick();

  /// `message` is of the epoch this replica has promised; pre-vote questions never get here.
  Role received(ReplicaId from, Message message);

  /// More of the local log is durable.
  default Role synced() {
    return this;
  }

  /// The log ends before what was received: no room. Whoever stood, or was elected, said that it
  /// had more than it has, and does so no longer.
  Role notReceived();

  /// The ballot of this epoch is durable.
  default Role ballotSynced() {
    return this;
  }

  /// It rested, and does so no more.
  default void woken() {}

  /// Something happens that may wake others.
  default void disturbed() {}

  /// A truncation, or the end of a leadership, is settled.
  default void settled() {}
}
