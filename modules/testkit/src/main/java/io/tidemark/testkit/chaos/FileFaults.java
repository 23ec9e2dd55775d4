package io.tidemark.testkit.chaos;

import io.tidemark.foundation.Chance;
import io.tidemark.testkit.check.ReplicaLog;
import io.tidemark.testkit.cluster.Cluster;
import io.tidemark.testkit.cluster.Node;
import io.tidemark.testkit.damage.Damage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/// What happens to files while their node does not run.
final class FileFaults {
  private static final Duration REFUSAL = Duration.ofSeconds(120);

  /// The exit code for damaged data.
  private static final int DAMAGED = 3;

  private final Cluster cluster;

  FileFaults(Cluster cluster) {
    this.cluster = cluster;
  }

  List<Function<Chance, Fault>> all() {
    return List.of(
        chance -> damaged(cluster.any(chance), chance.bits()),
        chance -> wiped(cluster.any(chance)));
  }

  /// What a node does not survive yet: one that forgot what it promised is not told from one that
  /// is behind, so a cluster may lose records that were acknowledged.
  List<Function<Chance, Fault>> unsafe() {
    return List.of(chance -> rolledBack(cluster.any(chance)));
  }

  /// The node must say what is damaged and stay down, until the damage is taken back.
  private Fault damaged(Node node, long seed) {
    Damaged damaged = new Damaged(node, seed);
    return Fault.of(
        "files of seed %d damaged on".formatted(seed), node, damaged::begin, damaged::end);
  }

  private final class Damaged {
    private final Node node;
    private final Chance chance;
    private List<Damage> made = List.of();

    Damaged(Node node, long seed) {
      this.node = node;
      this.chance = new Chance(seed);
    }

    void begin() throws IOException, InterruptedException {
      node.stop();
      List<Path> logs = logs(node);
      Damage damage = Damage.plan(logs.get(chance.below(logs.size())), chance.bits());
      made = List.of(damage);
      damage.make();
      node.start();
      OptionalInt code = node.exitCode(REFUSAL);
      boolean named =
          damage.files().stream()
              .anyMatch(f -> node.lastLine().contains(f.getFileName().toString()));
      if (code.orElse(-1) != DAMAGED || !named) {
        throw new IllegalStateException(
            "%s did not refuse %s: it %s and said %s"
                .formatted(
                    node,
                    damage,
                    code.isPresent() ? "ended with " + code.getAsInt() : "runs",
                    node.lastLine()));
      }
    }

    void end() throws IOException {
      for (Damage damage : made) {
        damage.takeBack();
      }
      node.start();
    }
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

  private static Fault rolledBack(Node node) {
    return Fault.of(
        "older data of",
        node,
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
