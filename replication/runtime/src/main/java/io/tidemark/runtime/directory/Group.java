package io.tidemark.runtime.directory;

import io.tidemark.foundation.NodeId;
import java.util.List;
import java.util.stream.Stream;

/// The nodes of one partition as its leader says.
///
/// @param heirs voters that could lead at once: up, well, and caught up
public record Group(List<NodeId> voters, List<NodeId> learners, NodeId leader, List<NodeId> heirs) {
  public Group {
    voters = List.copyOf(voters);
    learners = List.copyOf(learners);
    heirs = List.copyOf(heirs);
  }

  /// One that is a learner as well has lost its disk, and learns again.
  boolean votes(NodeId node) {
    return voters.contains(node) && !learners.contains(node);
  }

  boolean has(NodeId node) {
    return voters.contains(node) || learners.contains(node);
  }

  Stream<NodeId> members() {
    return Stream.concat(voters.stream(), learners.stream());
  }
}
