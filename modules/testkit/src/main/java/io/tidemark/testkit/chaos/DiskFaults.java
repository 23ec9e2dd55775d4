package io.tidemark.testkit.chaos;

import io.tidemark.foundation.Chance;
import io.tidemark.testkit.cluster.BlockServer;
import io.tidemark.testkit.cluster.Cluster;
import io.tidemark.testkit.cluster.LoopDisk;
import io.tidemark.testkit.cluster.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// What happens to disks, where each node has one of its own.
final class DiskFaults {
  private final Cluster cluster;

  DiskFaults(Cluster cluster) {
    this.cluster = cluster;
  }

  List<Function<Chance, Fault>> all() {
    List<Function<Chance, Fault>> faults = new ArrayList<>();
    if (cluster.nodes().getFirst().disk() instanceof LoopDisk first) {
      faults.add(chance -> full(cluster.any(chance)));
      faults.add(chance -> powerCut(cluster.any(chance)));
      faults.add(_ -> powerCut(cluster.mostLeading()));
      faults.add(_ -> powerCutOfAll());
      if (first.server().isPresent()) {
        faults.add(chance -> stalled(cluster.any(chance)));
        faults.add(_ -> stalled(cluster.mostLeading()));
        faults.add(chance -> failing(cluster.any(chance)));
        faults.add(_ -> failing(cluster.mostLeading()));
      }
    }
    return faults;
  }

  private static LoopDisk disk(Node node) {
    return (LoopDisk) node.disk();
  }

  private static BlockServer server(Node node) {
    return disk(node).server().orElseThrow();
  }

  private static Fault full(Node node) {
    return Fault.of("full disk of", node, disk(node)::fill, disk(node)::drain);
  }

  private static Fault powerCut(Node node) {
    return Fault.of(
        "power cut of",
        node,
        () -> {
          node.pause();
          disk(node).cutPower();
          node.kill();
        },
        () -> {
          disk(node).mountAgain();
          node.start();
        });
  }

  private Fault powerCutOfAll() {
    return new Fault(
        "power cut of all",
        cluster.nodes(),
        () -> {
          cluster.nodes().forEach(Node::pause);
          for (Node node : cluster.nodes()) {
            disk(node).cutPower();
          }
          for (Node node : cluster.nodes()) {
            node.kill();
          }
        },
        () -> {
          for (Node node : cluster.nodes()) {
            disk(node).mountAgain();
            node.start();
          }
        });
  }

  private static Fault stalled(Node node) {
    return Fault.of("stalled disk of", node, server(node)::stall, server(node)::heal);
  }

  /// What was not written is in the page cache and marked clean: it is forgotten before the node
  /// starts again, as by a start of the machine.
  private static Fault failing(Node node) {
    return Fault.of(
        "failing disk of",
        node,
        server(node)::failWrites,
        () -> {
          server(node).heal();
          node.kill();
          disk(node).mountAgain();
          node.start();
        });
  }
}
