package io.tidemark.node.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.tidemark.foundation.NodeId;
import io.tidemark.node.NodeProgram;
import io.tidemark.node.demo.DemoCluster;
import io.tidemark.runtime.LogSettings;
import io.tidemark.runtime.NodeConfig;
import io.tidemark.runtime.ReplicationSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Does what nodes and tools do when they start, while the JVM takes notes: with the cache that it
/// makes of them the next ones start in half the time (`-XX:AOTCache`). The build runs this.
///
/// What cannot be done here only makes the cache smaller, so it is no failure of the build.
final class Rehearsal {
  private static final int PARTITIONS = 2;
  private static final long SEGMENT_BYTES = 2L << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final HttpClient http = HttpClient.newHttpClient();
  private final Config settings = ConfigFactory.load();
  private final Path root;
  private final SortedMap<NodeId, InetSocketAddress> nodes = new TreeMap<>();

  private Rehearsal(Path root) throws IOException {
    this.root = root;
    nodes.put(new NodeId("a"), DemoCluster.freePort());
    nodes.put(new NodeId("b"), DemoCluster.freePort());
  }

  public static void main(String[] args) throws IOException {
    Path root = Files.createTempDirectory("tidemark-rehearsal");
    try {
      new Rehearsal(root).play();
    } catch (IOException | InterruptedException | RuntimeException e) {
      System.out.println("rehearsed in part: " + e);
    } finally {
      delete(root);
    }
  }

  private void play() throws IOException, InterruptedException {
    InetSocketAddress first = DemoCluster.freePort();
    NodeProgram a = start(nodes.firstKey(), first);
    NodeProgram b = start(nodes.lastKey(), DemoCluster.freePort());
    try {
      DemoCluster.await("leaders", PATIENCE, () -> status(request(first, "/health/ready")) == 200);
      HttpRequest.Builder write = request(first, "/v1/kv/key");
      DemoCluster.await(
          "a write",
          PATIENCE,
          () -> status(write.PUT(HttpRequest.BodyPublishers.ofString("value"))) == 200);
      status(request(first, "/v1/kv/key"));
      status(request(first, "/metrics"));
    } finally {
      b.close();
      a.close();
    }
    Tidemark.run("log", "verify", root.resolve("a/partition-0001").toString());
  }

  private NodeProgram start(NodeId self, InetSocketAddress at) {
    Path data = root.resolve(self.name());
    NodeConfig config =
        new NodeConfig(
            self,
            data,
            nodes,
            PARTITIONS,
            nodes.size(),
            SEGMENT_BYTES,
            LogSettings.of(settings),
            ReplicationSettings.of(settings));
    return NodeProgram.start(config, settings, at, NodeProgram.aeronDirectory(self.name(), data));
  }

  private static HttpRequest.Builder request(InetSocketAddress at, String path) {
    return HttpRequest.newBuilder(
        URI.create("http://%s:%d%s".formatted(at.getHostString(), at.getPort(), path)));
  }

  private int status(HttpRequest.Builder request) {
    try {
      return http.send(request.build(), BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      return 0;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void delete(Path root) throws IOException {
    try (Stream<Path> entries = Files.walk(root)) {
      for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(entry);
      }
    }
  }
}
