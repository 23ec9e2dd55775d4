package io.tidemark.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.node.demo.DemoCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// SIGKILL to all nodes in the same moment, twice: what was acknowledged was on disks, not in
/// memories.
class KillAllTest {
  private static final int PARTITIONS = 4;
  private static final int WRITERS = 64;

  @Test
  void everyAcknowledgedRecordIsThereAfterwards(@TempDir Path root) throws Exception {
    try (DemoCluster cluster = Clusters.three(root, PARTITIONS)) {
      cluster.start();
      try (Load load = new Load(cluster, WRITERS, 2)) {
        for (int kill = 0; kill < 2; kill++) {
          KillAnyNodeTest.awaitWrites(cluster, load);
          cluster.killAll();
          cluster.start();
          KillAnyNodeTest.awaitWrites(cluster, load);
        }
        load.stop();
        for (Load.Value value : load.newest()) {
          assertThat(read(cluster, load, value.key())).isGreaterThanOrEqualTo(value.count());
        }
        DemoCluster.await("all replicas to catch up", Clusters.LONG, cluster::isQuiet);
        cluster.killAll();
        System.out.printf(
            "%,d acknowledged, %d unknown%n", load.acknowledged().size(), load.unknown().size());
        assertThat(load.faults()).as("what clients saw").isEmpty();
        assertThat(Disks.faults(cluster, load)).as("what is on the disks").isEmpty();
      }
    }
  }

  private static long read(DemoCluster cluster, Load load, String key) {
    OptionalLong[] read = {OptionalLong.empty()};
    DemoCluster.await(
        "the value of " + key,
        Clusters.LONG,
        () -> {
          try {
            read[0] = load.get(cluster.nodes().getFirst(), key);
            return read[0].isPresent();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    return read[0].getAsLong();
  }
}
