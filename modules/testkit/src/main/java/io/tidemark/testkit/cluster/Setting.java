package io.tidemark.testkit.cluster;

import io.tidemark.foundation.Check;
import java.util.Optional;

/// What a [Cluster] is made of.
///
/// @param nodes 1 to 26, named a, b, c...; each partition is on 3 of them, or on all if there are
///   fewer
/// @param network whether each lives in a network namespace of its own, see [Cluster#network]
public record Setting(int nodes, int partitions, boolean network, Disks disks) {
  /// What each node keeps its data on.
  public enum Disks {
    /// A directory.
    PLAIN,
    /// A file system of its own.
    OWN,
    /// One that can also fail and stall.
    FAULTY
  }

  public Setting {
    Check.argument(nodes >= 1 && nodes <= 26, "1 to 26 nodes: %d", nodes);
    Check.argument(partitions >= 1, "at least one partition: %d", partitions);
  }

  /// Processes only, which needs nothing of the machine.
  public static Setting processes(int nodes, int partitions) {
    return new Setting(nodes, partitions, false, Disks.PLAIN);
  }

  /// All that this machine can do.
  public static Setting most(int nodes, int partitions) {
    Disks disks =
        Needs.forFaultyDisks().isEmpty()
            ? Disks.FAULTY
            : Needs.forDisks().isEmpty() ? Disks.OWN : Disks.PLAIN;
    return new Setting(nodes, partitions, Needs.forNamespaces().isEmpty(), disks);
  }

  /// The same with networks that can be cut.
  public Setting withNetwork() {
    return new Setting(nodes, partitions, true, disks);
  }

  /// The same with other disks.
  public Setting with(Disks others) {
    return new Setting(nodes, partitions, network, others);
  }

  /// What this machine lacks for it; empty if nothing.
  public Optional<String> lacks() {
    Optional<String> network = this.network ? Needs.forNamespaces() : Optional.empty();
    return network.or(
        () ->
            switch (disks) {
              case PLAIN -> Optional.empty();
              case OWN -> Needs.forDisks();
              case FAULTY -> Needs.forFaultyDisks();
            });
  }
}
