package io.tidemark.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.node.demo.DemoCluster;
import io.tidemark.node.demo.NodeProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// After a start, and after a node was away, each node leads about as many partitions; under load,
/// and nothing that was acknowledged is lost by it.
class LeadersSpreadTest {
  private static final int PARTITIONS = 8;

  @Test
  void eachNodeLeadsItsShareAgainAfterARestart(@TempDir Path root) throws Exception {
    List<String> soon = List.of("-Dtidemark.directory.leader-pause=1s");
    try (DemoCluster cluster = new DemoCluster(root, PARTITIONS, soon)) {
      cluster.start();
      try (Load load = new Load(cluster, 4, 1)) {
        KillAnyNodeTest.awaitWrites(cluster, load);
        DemoCluster.await("leaders to spread", Clusters.LONG, () -> areSpread(cluster));
        NodeProcess c = cluster.nodes().getLast();
        c.kill();
        DemoCluster.await("others to lead", Clusters.LONG, () -> lead(cluster, PARTITIONS));
        KillAnyNodeTest.awaitWrites(cluster, load);
        c.start();
        cluster.awaitReady(c);
        DemoCluster.await("leaders to spread again", Clusters.LONG, () -> areSpread(cluster));
        KillAnyNodeTest.awaitWrites(cluster, load);
        load.stop();
        assertThat(load.faults()).isEmpty();
        DemoCluster.await("all replicas to be alike", Clusters.LONG, cluster::isQuiet);
        assertThat(areSpread(cluster)).isTrue();
        cluster.killAll();
        assertThat(Disks.faults(cluster, load)).isEmpty();
      } catch (IllegalStateException vain) {
        throw new AssertionError(vain.getMessage() + Clusters.state(cluster), vain);
      }
    }
  }

  /// 3, 3 and 2.
  private static boolean areSpread(DemoCluster cluster) {
    try {
      JsonNode views = cluster.partitionViews();
      List<Integer> counts =
          cluster.nodes().stream().map(node -> DemoCluster.ledBy(node, views).size()).toList();
      return counts.stream().mapToInt(count -> count).sum() == PARTITIONS
          && counts.stream().allMatch(count -> count == 2 || count == 3);
    } catch (IOException e) {
      return false;
    }
  }

  /// Whether those that are up lead so many.
  private static boolean lead(DemoCluster cluster, int partitions) {
    try {
      JsonNode views = cluster.partitionViews();
      return cluster.nodes().stream()
              .filter(NodeProcess::isAlive)
              .mapToInt(node -> DemoCluster.ledBy(node, views).size())
              .sum()
          == partitions;
    } catch (IOException e) {
      return false;
    }
  }
}
