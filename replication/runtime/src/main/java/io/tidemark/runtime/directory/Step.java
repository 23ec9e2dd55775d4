package io.tidemark.runtime.directory;

import io.tidemark.foundation.NodeId;

/// What is to be done next about the members of one partition. Each is refused where it is not
/// possible now, and done again harmlessly where it was done.
public sealed interface Step {
  /// Which partition.
  int partition();

  /// `node` is to learn.
  record Learn(int partition, NodeId node) implements Step {}

  /// The learner on `node` is to vote.
  record Vote(int partition, NodeId node) implements Step {}

  /// `node` is to lead: who leads now is to go.
  record Lead(int partition, NodeId node) implements Step {}

  /// `node` is to be no member any more.
  record Go(int partition, NodeId node) implements Step {}
}
