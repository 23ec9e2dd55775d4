package io.tidemark.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.foundation.NodeId;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class NodeConfigTest {
  private static final NodeId A = new NodeId("a");
  private static final NodeId B = new NodeId("b");
  private static final NodeId C = new NodeId("c");

  private static SortedMap<NodeId, InetSocketAddress> nodes(String... hosts) {
    SortedMap<NodeId, InetSocketAddress> nodes = new TreeMap<>();
    for (int i = 0; i < hosts.length; i++) {
      nodes.put(List.of(A, B, C).get(i), new InetSocketAddress(hosts[i], 9000 + i));
    }
    return nodes;
  }

  private static NodeConfig config(
      SortedMap<NodeId, InetSocketAddress> nodes, int partitions, int replicas) {
    return new NodeConfig(
        A,
        Path.of("data"),
        nodes,
        partitions,
        replicas,
        1 << 20,
        LogSettings.defaults(),
        ReplicationSettings.defaults());
  }

  private static void assertRefused(
      SortedMap<NodeId, InetSocketAddress> nodes, int partitions, int replicas, String why) {
    assertThatThrownBy(() -> config(nodes, partitions, replicas))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  @Test
  void aClusterOnLoopbackIsTaken() {
    NodeConfig config = config(nodes("127.0.0.1", "127.0.0.2", "127.0.0.1"), 8, 3);
    assertThat(config.sortedNodes()).containsExactly(A, B, C);
    assertThat(config.isClustered()).isTrue();
    assertThat(config.listen().getPort()).isEqualTo(9000);
    assertThat(config.founding().clusterId()).isEqualTo("[a, b, c]/8/3");
    assertThatThrownBy(() -> config.nodes().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void anyOtherAddressIsRefusedInACluster() {
    assertRefused(nodes("127.0.0.1", "192.0.2.1"), 1, 1, "192.0.2.1");
    assertRefused(nodes("0.0.0.0", "127.0.0.1"), 1, 1, "0.0.0.0");
    SortedMap<NodeId, InetSocketAddress> unresolved = nodes("127.0.0.1");
    unresolved.put(B, InetSocketAddress.createUnresolved("localhost", 1));
    assertRefused(unresolved, 1, 1, "not a loopback");
  }

  @Test
  void limitsAreChecked() {
    assertRefused(nodes("127.0.0.1"), 0, 1, "partitions");
    assertRefused(nodes("127.0.0.1"), NodeConfig.MAX_PARTITIONS + 1, 1, "partitions");
    assertRefused(nodes("127.0.0.1"), 1, 0, "replicas");
    assertRefused(nodes("127.0.0.1", "127.0.0.1"), 1, 3, "replicas");
    SortedMap<NodeId, InetSocketAddress> others = nodes("127.0.0.1", "127.0.0.1");
    others.remove(A);
    assertRefused(others, 1, 1, "node a is not among");
  }

  @Test
  void embeddedIsAlone() {
    NodeConfig config = NodeConfig.embedded(A, Path.of("data"), 4, 1 << 20, LogSettings.defaults());
    assertThat(config.isClustered()).isFalse();
    assertThat(config.replicas()).isEqualTo(1);
  }

  @Test
  void replicasAreTheNextNodesOfTheRing() {
    List<NodeId> ring = List.of(A, B, C);
    assertThat(Placement.replicasOf(0, ring, 2)).containsExactly(A, B);
    assertThat(Placement.replicasOf(1, ring, 2)).containsExactly(B, C);
    assertThat(Placement.replicasOf(2, ring, 2)).containsExactly(C, A);
    assertThat(Placement.replicasOf(3, ring, 3)).containsExactly(A, B, C);
    for (int partition = 0; partition < 50; partition++) {
      assertThat(Placement.replicasOf(partition, ring, 3)).containsExactlyInAnyOrder(A, B, C);
    }
  }
}
