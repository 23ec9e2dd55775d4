package io.tidemark.simulator;

import io.tidemark.foundation.NodeId;
import io.tidemark.protocol.Age;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// Who should know better than a copy of a disk: counted by what nodes said that they remember, not
/// by what they do.
///
/// A disk may be put back to a copy only if somebody should know better, and what is put back waits
/// until one of those has answered. These are the two limits that the protocol states: a copy so
/// young that no higher age was told since passes for the newest, and so does one of which nobody
/// is reachable who knows better.
final class Memories {
  private final Map<NodeId, Long> raised = new HashMap<>();
  private final Map<NodeId, Age> ages = new HashMap<>();
  private final Map<NodeId, Map<NodeId, Long>> claims = new HashMap<>();

  /// How often the age of `node` was raised, or should have been.
  long raised(NodeId node) {
    return raised.getOrDefault(node, 0L);
  }

  /// The age of the data of `node` should be higher now.
  void raises(NodeId node) {
    raised.merge(node, 1L, Long::sum);
  }

  /// That is its age now.
  void isOf(NodeId node, Age age) {
    ages.put(node, age);
  }

  /// `by` says that it durably remembers `age` of `node`.
  void claims(NodeId by, NodeId node, Age age) {
    if (age.equals(ages.get(node))) {
      claims.computeIfAbsent(by, _ -> new HashMap<>()).put(node, raised(node));
    }
  }

  /// The disk of `by` is lost, or as it was.
  void forgets(NodeId by) {
    claims.remove(by);
  }

  /// Whether one of `some` should know better than data of `node` that were copied when its age had
  /// been raised so often.
  boolean anyKnowsBetter(Set<NodeId> some, NodeId node, long raisedAtCopy) {
    return some.stream()
        .anyMatch(by -> claims.getOrDefault(by, Map.of()).getOrDefault(node, 0L) > raisedAtCopy);
  }
}
