package io.tidemark.node.process;

import io.tidemark.node.demo.DemoCluster;
import io.tidemark.node.demo.NodeProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// What tests with processes share.
final class Clusters {
  /// For whatever happens soon on a quiet machine; only a failing test waits so long.
  static final Duration LONG = Duration.ofSeconds(120);

  private Clusters() {}

  /// Three nodes with their data below `root`, none started.
  static DemoCluster three(Path root, int partitions) throws IOException {
    return new DemoCluster(root, partitions, List.of());
  }

  /// One node that knows no others and is not started.
  static NodeProcess alone(String id, Path data, String... options) throws IOException {
    return new NodeProcess(id, data, DemoCluster.freePort(), List.of(), List.of(options));
  }

  /// All that is known, one a line, and not too many lines.
  static String text(List<String> faults) {
    return String.join("\n", faults.subList(0, Math.min(20, faults.size())));
  }
}
