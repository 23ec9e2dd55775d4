package io.tidemark.testkit.chaos;

import io.tidemark.foundation.Chance;
import io.tidemark.testkit.cluster.Cluster;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// The faults that can happen to a cluster, and which come next.
final class FaultMenu {
  private static final int PERCENT_TWO = 25;

  /// First one of these, then one of its faults: no part of a cluster is forgotten because another
  /// has more ways to fail.
  private final List<List<Function<Chance, Fault>>> parts = new ArrayList<>();

  private final Chance chance;

  FaultMenu(Cluster cluster, Chance chance) {
    this.chance = chance;
    List<Function<Chance, Fault>> processes = new ArrayList<>(new ProcessFaults(cluster).all());
    processes.addAll(new FileFaults(cluster).all());
    parts.add(processes);
    cluster.network().ifPresent(network -> parts.add(new NetworkFaults(cluster, network).all()));
    parts.add(new DiskFaults(cluster).all());
    parts.removeIf(List::isEmpty);
  }

  /// One fault, or two at a time.
  List<Fault> next() {
    Fault first = any();
    if (chance.percent(PERCENT_TWO)) {
      Fault second = any();
      if (first.goesWith(second)) {
        return List.of(first, second);
      }
    }
    return List.of(first);
  }

  private Fault any() {
    List<Function<Chance, Fault>> part = parts.get(chance.below(parts.size()));
    return part.get(chance.below(part.size())).apply(chance);
  }

  /// How many kinds there are.
  int size() {
    return parts.stream().mapToInt(List::size).sum();
  }
}
