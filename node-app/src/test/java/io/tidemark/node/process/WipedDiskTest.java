package io.tidemark.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.node.demo.DemoCluster;
import io.tidemark.node.demo.NodeProcess;
import io.tidemark.node.tools.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A node that lost its disk comes back empty: it is a stranger until it has learnt everything, and
/// then as good as before, without anybody's help.
class WipedDiskTest {
  private static final int PARTITIONS = 3;
  private static final int WRITERS = 16;

  @Test
  void oneDiskAfterTheOtherIsLost(@TempDir Path root) throws Exception {
    try (DemoCluster cluster = Clusters.three(root, PARTITIONS)) {
      cluster.start();
      try (Load load = new Load(cluster, WRITERS, 2)) {
        for (NodeProcess victim : cluster.nodes()) {
          KillAnyNodeTest.awaitWrites(cluster, load);
          victim.kill();
          String before = self(victim);
          wipe(root.resolve(victim.id()));
          victim.start();
          cluster.awaitReady(victim);
          assertThat(self(victim)).isNotEqualTo(before);
          DemoCluster.await(
              "node " + victim.id() + " to vote again",
              Clusters.LONG,
              () -> votesEverywhere(cluster, victim.id()));
        }
        KillAnyNodeTest.awaitWrites(cluster, load);
        load.stop();
        DemoCluster.await("all replicas to catch up", Clusters.LONG, cluster::isQuiet);
        cluster.killAll();
        System.out.printf(
            "%,d acknowledged, %d unknown%n", load.acknowledged().size(), load.unknown().size());
        assertThat(load.faults()).as("what clients saw").isEmpty();
        assertThat(Disks.faults(cluster, load)).as("what is on the disks").isEmpty();
      } catch (IllegalStateException e) {
        throw new AssertionError(e.getMessage() + Clusters.state(cluster), e);
      }
    }
  }

  /// Three voters, one of them on `node`, whose former self is gone.
  static boolean votesEverywhere(DemoCluster cluster, String node) {
    try {
      for (JsonNode partition : cluster.partitionViews()) {
        boolean votes = false;
        int voters = 0;
        for (JsonNode replica : partition.get("replicas")) {
          boolean voter = replica.get("member").asText().equals("voter");
          voters += voter ? 1 : 0;
          votes |= voter && replica.get("node").asText().equals(node);
        }
        if (!votes || voters != 3 || partition.get("leader").asText().isEmpty()) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  static String self(NodeProcess node) throws IOException {
    return Files.readAllLines(Disks.directory(node, 0).resolve("members")).get(1);
  }

  private static void wipe(Path data) throws IOException {
    Trees.delete(data);
    Files.createDirectories(data);
  }
}
