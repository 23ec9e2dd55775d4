package io.tidemark.node.process;

import io.tidemark.node.demo.DemoCluster;
import io.tidemark.node.demo.NodeProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// What tests with processes share.
final class Clusters {
  /// For whatever happens soon on a quiet machine; only a failing test waits so long.
  static final Duration LONG = Duration.ofSeconds(120);

  private static final int LAST_LINES = 60;

  private Clusters() {}

  /// Three nodes with their data below `root`, none started.
  static DemoCluster three(Path root, int partitions) throws IOException {
    return new DemoCluster(root, partitions, List.of());
  }

  /// One node that knows no others and is not started.
  static NodeProcess alone(String id, Path data, String... options) throws IOException {
    return new NodeProcess(id, data, DemoCluster.freePort(), List.of(), List.of(options));
  }

  /// What each node thinks and what it last said, for a test that waited in vain.
  static String state(DemoCluster cluster) {
    StringBuilder text = new StringBuilder();
    for (NodeProcess node : cluster.nodes()) {
      text.append("\n=== node ").append(node.id()).append(node.isAlive() ? "" : " (dead)");
      text.append('\n').append(view(node)).append('\n');
      try {
        List<String> said = Files.readAllLines(node.log());
        said.subList(Math.max(0, said.size() - LAST_LINES), said.size())
            .forEach(line -> text.append(line).append('\n'));
      } catch (IOException e) {
        text.append(e);
      }
    }
    return text.toString();
  }

  private static String view(NodeProcess node) {
    try (RawHttp connection = new RawHttp(node.http(), Duration.ofSeconds(5))) {
      connection.send("GET", "/v1/partitions", new byte[0]);
      return connection.answer().body();
    } catch (IOException e) {
      return e.toString();
    }
  }

  /// All that is known, one a line, and not too many lines.
  static String text(List<String> faults) {
    return String.join("\n", faults.subList(0, Math.min(20, faults.size())));
  }
}
