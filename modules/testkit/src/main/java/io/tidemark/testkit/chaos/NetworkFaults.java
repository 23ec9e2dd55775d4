package io.tidemark.testkit.chaos;

import io.tidemark.foundation.Chance;
import io.tidemark.testkit.cluster.Cluster;
import io.tidemark.testkit.cluster.Namespaces;
import io.tidemark.testkit.cluster.Node;
import java.util.List;
import java.util.function.Function;

/// What happens between nodes whose network can be cut.
final class NetworkFaults {
  private final Cluster cluster;
  private final Namespaces network;

  NetworkFaults(Cluster cluster, Namespaces network) {
    this.cluster = cluster;
    this.network = network;
  }

  List<Function<Chance, Fault>> all() {
    return List.of(
        chance -> isolated(any(chance)),
        _ -> isolated(cluster.mostLeading()),
        chance -> deaf(any(chance)),
        _ -> deaf(cluster.mostLeading()),
        chance -> mute(any(chance)),
        _ -> mute(cluster.mostLeading()),
        this::oneWay,
        this::nonTransitive,
        chance -> lossy(any(chance), chance.between(5, 50)));
  }

  private Node any(Chance chance) {
    return cluster.nodes().get(chance.below(cluster.nodes().size()));
  }

  private Node anyBut(Node node, Chance chance) {
    int others = chance.below(cluster.nodes().size() - 1);
    return cluster.nodes().get(others < node.number() ? others : others + 1);
  }

  private void from(Node node) {
    for (Node other : cluster.nodes()) {
      if (other != node) {
        network.cut(node.number(), other.number());
      }
    }
  }

  private void to(Node node) {
    for (Node other : cluster.nodes()) {
      if (other != node) {
        network.cut(other.number(), node.number());
      }
    }
  }

  private Fault isolated(Node node) {
    return Fault.of(
        "cut off",
        node,
        () -> {
          from(node);
          to(node);
        },
        network::heal);
  }

  private Fault deaf(Node node) {
    return Fault.of("nothing reaches", node, () -> to(node), network::heal);
  }

  private Fault mute(Node node) {
    return Fault.of("nothing comes from", node, () -> from(node), network::heal);
  }

  /// One of the two is counted on.
  private Fault oneWay(Chance chance) {
    Node from = any(chance);
    Node to = anyBut(from, chance);
    return new Fault(
        "nothing reaches %s from %s".formatted(to.id(), from.id()),
        List.of(from),
        () -> network.cut(from.number(), to.number()),
        network::heal);
  }

  /// Two do not reach each other; all others reach both.
  private Fault nonTransitive(Chance chance) {
    Node one = any(chance);
    Node other = anyBut(one, chance);
    return new Fault(
        "cut between %s and %s".formatted(one.id(), other.id()),
        List.of(one),
        () -> {
          network.cut(one.number(), other.number());
          network.cut(other.number(), one.number());
        },
        network::heal);
  }

  private Fault lossy(Node node, int percent) {
    return Fault.of(
        percent + " % of the packets lost to and from",
        node,
        () -> {
          for (Node other : cluster.nodes()) {
            if (other != node) {
              network.lose(node.number(), other.number(), percent);
              network.lose(other.number(), node.number(), percent);
            }
          }
        },
        network::heal);
  }
}
