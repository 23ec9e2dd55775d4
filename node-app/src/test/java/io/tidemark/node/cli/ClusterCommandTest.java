package io.tidemark.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import io.tidemark.foundation.NodeId;
import io.tidemark.node.NodeProgram;
import io.tidemark.node.demo.DemoCluster;
import io.tidemark.runtime.LogSettings;
import io.tidemark.runtime.NodeConfig;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterCommandTest {
  @TempDir private Path data;

  @Test
  void aNodeAloneIsShownAndHasNobodyToHandOverTo() throws Exception {
    InetSocketAddress http = DemoCluster.freePort();
    String at = "--http=" + http.getHostString() + ":" + http.getPort();
    NodeConfig config =
        NodeConfig.embedded(new NodeId("a"), data, 2, 4 << 20, LogSettings.defaults());
    try (NodeProgram node = NodeProgram.start(config, ConfigFactory.load(), http, data)) {
      assertThat(node.self()).isEqualTo(new NodeId("a"));
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> ToolRun.command("cluster", "status", at).out().contains("leader"));
      ToolRun status = ToolRun.command("cluster", "status", at);
      assertThat(status.code()).isZero();
      assertThat(status.out().lines()).hasSize(3).anyMatch(line -> line.matches(" +1 +1 +a +.*"));
      ToolRun refused = ToolRun.command("cluster", "transfer-leader", 1, "--to=b", at);
      assertThat(refused.code()).isEqualTo(4);
      assertThat(refused.reason()).contains("not handed over").contains("partition 1");
      assertThat(ToolRun.command("cluster", "transfer-leader", 7, at).reason())
          .contains("there are 0 to 1");
      assertThat(ToolRun.command("cluster", "add-node", "d=127.0.0.1:7004", at).reason())
          .contains("this node was started alone");
      assertThat(ToolRun.command("cluster", "add-node", "d", at).code()).isEqualTo(2);
    }
  }

  @Test
  void whereNobodyIsThatIsSaid() throws Exception {
    int port = DemoCluster.freePort().getPort();
    ToolRun run = ToolRun.command("cluster", "status", "--http=127.0.0.1:" + port);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.reason()).contains("nobody serves HTTP at 127.0.0.1:" + port);
  }
}
