package io.tidemark.protocol;

import io.tidemark.foundation.NodeId;

/// One step from members to members.
public sealed interface MemberChange {
  /// Whom it is about.
  NodeId node();

  /// Somebody new, who learns first.
  record AddLearner(NodeId node) implements MemberChange {}

  /// A learner that has all that is committed becomes a voter.
  record Promote(NodeId node) implements MemberChange {}

  /// A voter, but not the leader, or a learner is none any more.
  record Remove(NodeId node) implements MemberChange {}
}
