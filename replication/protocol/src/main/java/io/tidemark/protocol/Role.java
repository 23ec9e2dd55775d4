package io.tidemark.protocol;

import io.tidemark.foundation.ReplicaId;

/// What a replica is in its epoch. Each role owns its fields; a handler answers with the next role.
sealed interface Role permits Follower, PreCandidate, Candidate, Leader {
  /// One tick has passed.
  Role tick();

  /// `message` is of the epoch this replica has promised; pre-vote questions never get here.
  Role received(ReplicaId from, Message message);

  /// More of the local log is durable.
  default Role synced() {
    return this;
  }

  /// The ballot of this epoch is durable.
  default Role ballotSynced() {
    return this;
  }

  /// A truncation, or the end of a leadership, is settled.
  default void settled() {}
}
