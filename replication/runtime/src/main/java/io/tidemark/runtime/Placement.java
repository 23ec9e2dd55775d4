package io.tidemark.runtime;

import io.tidemark.foundation.NodeId;
import java.util.ArrayList;
import java.util.List;

/// Which nodes a partition begins on: the sorted founders as a ring, from number `partition` on.
///
/// Who holds it later is in its own log, and who is to hold it follows from the directory. The
/// first of the list is the preferred leader, so leaders spread evenly.
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
