package io.tidemark.runtime;

import io.tidemark.foundation.NodeId;
import java.util.ArrayList;
import java.util.List;

/// Which nodes hold a partition: the sorted nodes as a ring, from number `partition` on.
///
/// Fixed for now; replica sets as committed facts come with the directory partition. The first of
/// the list is the preferred leader, so leaders spread evenly.
final class Placement {
  private Placement() {}

  static List<NodeId> replicasOf(int partition, List<NodeId> sortedNodes, int replicas) {
    List<NodeId> chosen = new ArrayList<>();
    for (int i = 0; i < replicas; i++) {
      chosen.add(sortedNodes.get((partition + i) % sortedNodes.size()));
    }
    return List.copyOf(chosen);
  }
}
