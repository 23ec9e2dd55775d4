package io.tidemark.node.process;

import io.tidemark.node.demo.DemoCluster;
import io.tidemark.node.demo.NodeProcess;
import java.io.IOException;

/// Single requests to single nodes.
final class Http {
  private Http() {}

  /// Waits until `node` can serve everything.
  static void awaitReady(NodeProcess node) {
    awaitOk(node, "/health/ready");
  }

  /// Waits until `node` answers `path` with 200; fails when it ends instead.
  static void awaitOk(NodeProcess node, String path) {
    DemoCluster.await(
        path + " of node " + node.id(),
        Clusters.LONG,
        () -> {
          if (!node.isAlive()) {
            throw new IllegalStateException("node " + node.id() + " ended; see " + node.log());
          }
          try {
            return send(node, "GET", path, new byte[0]).status() == 200;
          } catch (IOException e) {
            return false;
          }
        });
  }

  static RawHttp.Answer send(NodeProcess node, String method, String path, byte[] body)
      throws IOException {
    try (RawHttp connection = new RawHttp(node.http(), Clusters.LONG)) {
      connection.send(method, path, body);
      return connection.answer();
    }
  }
}
