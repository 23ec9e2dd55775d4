package io.tidemark.protocol;

import io.tidemark.foundation.ReplicaId;

/// One step from members to members.
public sealed interface MemberChange {
  /// Whom it is about.
  ReplicaId node();

  /// Somebody new, who learns first.
  record AddLearner(ReplicaId node) implements MemberChange {}

  /// A learner that has all that is committed becomes a voter.
  record Promote(ReplicaId node) implements MemberChange {}

  /// A voter, but not the leader, or a learner is none any more.
  record Remove(ReplicaId node) implements MemberChange {}
}
