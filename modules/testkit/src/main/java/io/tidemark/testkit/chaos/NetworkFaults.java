package io.tidemark.testkit.chaos;

import io.tidemark.foundation.Chance;
import io.tidemark.testkit.cluster.Cluster;
import io.tidemark.testkit.cluster.Namespaces;
import io.tidemark.testkit.cluster.Needs;
import io.tidemark.testkit.cluster.Node;
import io.tidemark.testkit.packets.Treatment;
import java.util.ArrayList;
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
    List<Function<Chance, Fault>> faults = new ArrayList<>();
    faults.add(chance -> isolated(cluster.any(chance)));
    faults.add(_ -> isolated(cluster.mostLeading()));
    faults.add(chance -> deaf(cluster.any(chance)));
    faults.add(_ -> deaf(cluster.mostLeading()));
    faults.add(chance -> mute(cluster.any(chance)));
    faults.add(_ -> mute(cluster.mostLeading()));
    faults.add(this::oneWay);
    faults.add(this::nonTransitive);
    faults.add(chance -> lossy(cluster.any(chance), chance.between(5, 50)));
    if (Needs.forTreatments().isEmpty()) {
      faults.add(chance -> slow(cluster.any(chance), chance.between(50, 1_000)));
      faults.add(chance -> allSlow(chance.between(5, 80)));
      faults.add(chance -> corrupting(cluster.any(chance), chance.between(1, 5)));
    }
    return faults;
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
    Node from = cluster.any(chance);
    Node to = anyBut(from, chance);
    return new Fault(
        "nothing reaches %s from %s".formatted(to.id(), from.id()),
        List.of(from),
        () -> network.cut(from.number(), to.number()),
        network::heal);
  }

  /// Two do not reach each other; all others reach both.
  private Fault nonTransitive(Chance chance) {
    Node one = cluster.any(chance);
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

  private void treat(Node node, Treatment treatment) {
    for (Node other : cluster.nodes()) {
      if (other != node) {
        network.treat(node.number(), other.number(), treatment);
        network.treat(other.number(), node.number(), treatment);
      }
    }
  }

  /// Some packets overtake others.
  private static Treatment delay(int mostMillis) {
    return new Treatment(mostMillis / 2, mostMillis, 0);
  }

  private Fault slow(Node node, int millis) {
    return Fault.of(
        "up to %d ms to and from".formatted(millis),
        node,
        () -> treat(node, delay(millis)),
        network::heal);
  }

  /// Nobody is silent: all are counted on.
  private Fault allSlow(int millis) {
    return new Fault(
        "up to %d ms between all".formatted(millis),
        List.of(),
        () -> cluster.nodes().forEach(node -> treat(node, delay(millis))),
        network::heal);
  }

  private Fault corrupting(Node node, int percent) {
    return Fault.of(
        percent + " % of the datagrams with a wrong bit to and from",
        node,
        () -> treat(node, new Treatment(0, 0, percent)),
        network::heal);
  }
}
