package io.tidemark.testkit.chaos;

import io.tidemark.foundation.Chance;
import io.tidemark.testkit.cluster.Cluster;
import io.tidemark.testkit.cluster.Node;
import java.util.List;
import java.util.function.Function;

/// What happens to processes.
final class ProcessFaults {
  private final Cluster cluster;

  ProcessFaults(Cluster cluster) {
    this.cluster = cluster;
  }

  List<Function<Chance, Fault>> all() {
    return List.of(
        chance -> kill(cluster.any(chance)),
        _ -> kill(leader()),
        chance -> restart(cluster.any(chance)),
        chance -> pause(cluster.any(chance)),
        _ -> pause(leader()),
        _ -> killAll(),
        _ -> pauseAll());
  }

  private Node leader() {
    return cluster.mostLeading();
  }

  private static Fault kill(Node node) {
    return Fault.of("kill", node, node::kill, node::start);
  }

  private static Fault restart(Node node) {
    return Fault.of("end and start again", node, node::stop, node::start);
  }

  private static Fault pause(Node node) {
    return Fault.of("pause", node, node::pause, node::resume);
  }

  private Fault killAll() {
    return new Fault(
        "kill all",
        cluster.nodes(),
        cluster::killAll,
        () -> {
          for (Node node : cluster.nodes()) {
            node.start();
          }
        });
  }

  private Fault pauseAll() {
    return new Fault(
        "pause all",
        cluster.nodes(),
        () -> cluster.nodes().forEach(Node::pause),
        () -> cluster.nodes().forEach(Node::resume));
  }
}
