package io.tidemark.testkit.chaos;

import io.tidemark.testkit.cluster.Node;
import java.io.IOException;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/// Something that happens to a cluster, and ends.
///
/// @param name what, and to whom
/// @param impaired nobody may count on these nodes while it lasts; the others run, write, and reach
///   each other
/// @param losesDisk whether what they had on disk is gone for good
/// @param end after it all nodes run, though they may not be ready yet
record Fault(String name, Set<Node> impaired, boolean losesDisk, Action begin, Action end) {
  /// What is done to a cluster.
  interface Action {
    void run() throws IOException, InterruptedException;
  }

  Fault(String name, Collection<Node> impaired, Action begin, Action end) {
    this(name, Set.copyOf(impaired), false, begin, end);
  }

  static Fault of(String name, Node node, Action begin, Action end) {
    return new Fault(name + " " + node.id(), List.of(node), begin, end);
  }

  /// Whether both may happen at once: a partition bears that two of its nodes are gone for a while,
  /// but never that two have lost their disks.
  boolean goesWith(Fault other) {
    return Collections.disjoint(impaired, other.impaired) && !(losesDisk && other.losesDisk);
  }

  @Override
  public String toString() {
    return name;
  }
}
