package io.tidemark.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.node.demo.DemoCluster;
import io.tidemark.node.demo.NodeProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// SIGTERM: a node ends soon, leaves nothing behind, and can come back at once.
class GracefulStopTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final int ENDED_BY_SIGTERM = 143;

  @Test
  void aNodeAloneInItsCluster(@TempDir Path root) throws Exception {
    try (DemoCluster cluster = Clusters.three(root, 2)) {
      NodeProcess node = cluster.nodes().getFirst();
      for (int round = 0; round < 2; round++) {
        node.start();
        Http.awaitOk(node, "/health/live");
        assertThat(node.aeronDirectory()).isDirectory();
        assertThat(Http.send(node, "GET", "/health/ready", new byte[0]).status()).isEqualTo(503);
        endsSoon(node);
        assertThat(node.aeronDirectory()).doesNotExist();
      }
    }
  }

  @Test
  void aNodeWithoutOthers(@TempDir Path root) throws Exception {
    try (NodeProcess node = Clusters.alone("a", root.resolve("a"), "--partitions=2")) {
      byte[] value = "1".getBytes(StandardCharsets.UTF_8);
      node.start();
      Http.awaitReady(node);
      assertThat(Http.send(node, "PUT", "/v1/kv/k?ack=received", value).status()).isEqualTo(200);
      endsSoon(node);
      node.start();
      Http.awaitReady(node);
      assertThat(Http.send(node, "GET", "/v1/kv/k", new byte[0]).body()).isEqualTo("1");
      endsSoon(node);
    }
  }

  private static void endsSoon(NodeProcess node) throws Exception {
    node.signal("TERM");
    assertThat(node.exitCode(SOON).orElseThrow()).isIn(0, ENDED_BY_SIGTERM);
  }
}
