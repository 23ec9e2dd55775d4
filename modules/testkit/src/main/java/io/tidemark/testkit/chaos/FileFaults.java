package io.tidemark.testkit.chaos;

import io.tidemark.foundation.Chance;
import io.tidemark.testkit.check.ReplicaLog;
import io.tidemark.testkit.cluster.Cluster;
import io.tidemark.testkit.cluster.Node;
import io.tidemark.testkit.damage.Damage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/// What happens to files while their node does not run.
final class FileFaults {
  private final Cluster cluster;

  FileFaults(Cluster cluster) {
    this.cluster = cluster;
  }

  List<Function<Chance, Fault>> all() {
    return List.of(
        chance -> damaged(cluster.any(chance), chance.bits()),
        chance -> wiped(cluster.any(chance)),
        chance -> rolledBack(cluster.any(chance)));
  }

  /// The node must find the damage, get what it lost from the others, and take part again.
  private Fault damaged(Node node, long seed) {
    return Fault.of(
        "files of seed %d damaged on".formatted(seed),
        node,
        () -> {
          node.stop();
          Chance chance = new Chance(seed);
          List<Path> logs = logs(node);
          Damage.plan(logs.get(chance.below(logs.size())), chance.bits()).make();
          node.start();
        },
        () -> cluster.awaitReady(node));
  }

  private List<Path> logs(Node node) {
    return IntStream.range(0, cluster.setting().partitions())
        .mapToObj(partition -> ReplicaLog.directory(node.data(), partition))
        .filter(Files::isDirectory)
        .toList();
  }

  private static Fault wiped(Node node) {
    return new Fault(
        "wiped disk of " + node.id(),
        Set.of(node),
        true,
        () -> {
          node.kill();
          node.wipe();
        },
        node::start);
  }

  /// The node must be recognized by the others, and come back like one that lost its disk.
  private static Fault rolledBack(Node node) {
    return new Fault(
        "older data of " + node.id(),
        Set.of(node),
        true,
        () -> {
          node.stop();
          node.keep();
          node.start();
        },
        () -> {
          node.kill();
          node.rollBack();
          node.start();
        });
  }
}
