package io.tidemark.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.node.demo.DemoCluster;
import io.tidemark.node.demo.DemoCluster.Leading;
import io.tidemark.node.demo.NodeProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// SIGKILL to one node after the other while 64 writers write and 8 readers read.
class KillAnyNodeTest {
  private static final int PARTITIONS = 6;
  private static final int WRITERS = 64;
  private static final int READERS = 8;

  private final Random chance = new Random(1);
  private final List<Long> failOverMillis = new ArrayList<>();

  @Test
  void everyAcknowledgedRecordIsOnAllDisks(@TempDir Path root) throws Exception {
    Load load = killedUnder(root, 4, cluster -> new Load(cluster, WRITERS, READERS));
    assertThat(load.repeated()).isZero();
  }

  /// Who always tries again, with the stamp of the first attempt, has each value in the logs once.
  @Test
  void whatIsRepeatedUntilItIsAcknowledgedIsThereOnce(@TempDir Path root) throws Exception {
    Load load = killedUnder(root, 3, cluster -> Load.stamped(cluster, WRITERS, READERS));
    assertThat(load.repeated()).as("attempts after which nobody knew").isPositive();
  }

  /// `kills` times under a load; returns it, ended and compared with the disks.
  private Load killedUnder(Path root, int kills, Function<DemoCluster, Load> loading)
      throws Exception {
    try (DemoCluster cluster = Clusters.three(root, PARTITIONS)) {
      cluster.start();
      try (Load load = loading.apply(cluster)) {
        for (int kill = 0; kill < kills; kill++) {
          awaitWrites(cluster, load);
          Leading victim =
              kill % 2 == 0 ? cluster.mostLeading() : anyBut(cluster.mostLeading(), cluster);
          killAndRestart(cluster, load, victim);
        }
        awaitWrites(cluster, load);
        load.stop();
        DemoCluster.await("all replicas to catch up", Clusters.LONG, cluster::isQuiet);
        cluster.killAll();
        System.out.printf(
            "%,d acknowledged, %d unknown, %d repeated; kill to next acknowledged write, ms: %s%n",
            load.acknowledged().size(),
            load.unknown().size(),
            load.repeated(),
            failOverMillis.stream().sorted().toList());
        assertThat(load.faults()).as("what clients saw").isEmpty();
        assertThat(Disks.faults(cluster, load)).as("what is on the disks").isEmpty();
        return load;
      } catch (IllegalStateException e) {
        throw new AssertionError(e.getMessage() + Clusters.state(cluster), e);
      }
    }
  }

  private Leading anyBut(Leading most, DemoCluster cluster) throws IOException {
    List<NodeProcess> others =
        cluster.nodes().stream().filter(node -> node != most.node()).toList();
    NodeProcess node = others.get(chance.nextInt(others.size()));
    return new Leading(node, DemoCluster.ledBy(node, cluster.partitionViews()));
  }

  private void killAndRestart(DemoCluster cluster, Load load, Leading victim) throws Exception {
    long killedNanos = System.nanoTime();
    victim.node().kill();
    awaitWrites(cluster, load);
    for (int partition : victim.partitions()) {
      failOverMillis.add(
          (load.firstAcknowledgedOfSentAfter(partition, killedNanos).getAsLong() - killedNanos)
              / 1_000_000);
    }
    victim.node().start();
    cluster.awaitReady(victim.node());
  }

  /// A write to every partition, sent from now on, is acknowledged.
  static void awaitWrites(DemoCluster cluster, Load load) {
    long now = System.nanoTime();
    for (int partition = 0; partition < cluster.partitions(); partition++) {
      int awaited = partition;
      DemoCluster.await(
          "an acknowledged write to partition " + partition,
          Clusters.LONG,
          () -> load.firstAcknowledgedOfSentAfter(awaited, now).isPresent());
    }
  }
}
