package io.tidemark.node.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/// Nodes on loopback, three unless said otherwise, each with a directory of its own below one root.
public final class DemoCluster implements AutoCloseable {
  private static final List<String> IDS = List.of("a", "b", "c");
  private static final Duration READY_TIMEOUT = Duration.ofSeconds(90);
  private static final int FIRST_PORT = 10_000;

  /// Of Linux, unless it is told otherwise.
  private static final int FIRST_EPHEMERAL_PORT = 32_768;

  private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<NodeProcess> nodes = new ArrayList<>();
  private final int partitions;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

  private final Thread killAtExit = new Thread(this::closeNodes, "close-nodes");

  /// Three nodes with their data below `root`; none is started.
  ///
  /// @param jvmFlags more flags for each node's JVM
  public DemoCluster(Path root, int partitions, List<String> jvmFlags) throws IOException {
    this(root, IDS, partitions, jvmFlags);
  }

  /// The same of nodes `ids`; a partition has three replicas.
  public DemoCluster(Path root, List<String> ids, int partitions, List<String> jvmFlags)
      throws IOException {
    this.partitions = partitions;
    Runtime.getRuntime().addShutdownHook(killAtExit);
    List<InetSocketAddress> listen = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      listen.add(freePort());
    }
    String list =
        ids.stream()
            .map(id -> id + "=" + NodeProcess.text(listen.get(ids.indexOf(id))))
            .collect(Collectors.joining(","));
    for (int i = 0; i < ids.size(); i++) {
      Path data = root.resolve(ids.get(i));
      Files.createDirectories(data);
      nodes.add(
          new NodeProcess(
              ids.get(i),
              data,
              freePort(),
              jvmFlags,
              List.of(
                  "--listen=" + NodeProcess.text(listen.get(i)),
                  "--nodes=" + list,
                  "--partitions=" + partitions,
                  "--segment-mib=4")));
    }
  }

  /// A port that was free for TCP and UDP a moment ago, and is none of those that the system gives
  /// to whoever wants any: a node that sends would have it before the one that is to listen.
  public static InetSocketAddress freePort() throws IOException {
    InetAddress loopback = InetAddress.getByName("127.0.0.1");
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, FIRST_EPHEMERAL_PORT);
      try (ServerSocket tcp = new ServerSocket(port, 1, loopback);
          DatagramSocket udp = new DatagramSocket(tcp.getLocalPort(), loopback)) {
        return new InetSocketAddress(loopback, udp.getLocalPort());
      } catch (BindException e) {
        // Taken for one of the two at least: another one.
      }
    }
  }

  /// Starts all nodes and waits until each can serve.
  public void start() throws IOException, InterruptedException {
    for (NodeProcess node : nodes) {
      node.start();
    }
    for (NodeProcess node : nodes) {
      awaitReady(node, nodes);
    }
  }

  /// Waits until `node` can serve.
  public void awaitReady(NodeProcess node) throws IOException {
    awaitReady(node, List.of(node));
  }

  private void awaitReady(NodeProcess node, List<NodeProcess> needed) {
    await(
        "node " + node.id() + " to be ready; see " + node.log(),
        READY_TIMEOUT,
        () -> {
          needed.forEach(DemoCluster::checkAlive);
          return isReady(node);
        });
  }

  private static void checkAlive(NodeProcess node) {
    if (!node.isAlive()) {
      throw new IllegalStateException(
          "node %s ended: %s; see %s".formatted(node.id(), lastLine(node), node.log()));
    }
  }

  private static String lastLine(NodeProcess node) {
    try {
      return node.lastLine();
    } catch (IOException e) {
      return e.toString();
    }
  }

  private boolean isReady(NodeProcess node) {
    try {
      return send(node, "/health/ready").statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /// Waits, bounded, until `condition` holds.
  public static void await(String what, Duration timeout, BooleanSupplier condition) {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("waited " + timeout + " in vain for " + what);
      }
      LockSupport.parkNanos(LOOK_AGAIN.toNanos());
    }
  }

  /// `GET /v1/partitions`, from the first node that answers.
  public JsonNode partitionViews() throws IOException {
    IOException last = new IOException("no node answers");
    for (NodeProcess node : nodes) {
      if (node.isAlive()) {
        try {
          return JSON.readTree(send(node, "/v1/partitions").body());
        } catch (IOException e) {
          last = e;
        }
      }
    }
    throw last;
  }

  /// Whether every replica of every partition has committed and applied all it has.
  public boolean isQuiet() {
    try {
      for (JsonNode partition : partitionViews()) {
        long committed = partition.get("replicas").get(0).get("committed").asLong();
        for (JsonNode replica : partition.get("replicas")) {
          if (replica.get("committed").asLong() != committed
              || replica.get("appended").asLong() != committed
              || replica.get("durable").asLong() != committed) {
            return false;
          }
        }
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /// The node that leads most partitions, and which those are.
  public Leading mostLeading() throws IOException {
    JsonNode views = partitionViews();
    Leading most = new Leading(nodes.getFirst(), List.of());
    for (NodeProcess node : nodes) {
      List<Integer> led = ledBy(node, views);
      if (led.size() > most.partitions().size()) {
        most = new Leading(node, led);
      }
    }
    return most;
  }

  /// The partitions that `node` leads, according to `views`.
  public static List<Integer> ledBy(NodeProcess node, JsonNode views) {
    List<Integer> led = new ArrayList<>();
    for (JsonNode view : views) {
      if (node.id().equals(view.get("leader").asText())) {
        led.add(view.get("partition").asInt());
      }
    }
    return led;
  }

  /// A node and the partitions it leads.
  public record Leading(NodeProcess node, List<Integer> partitions) {}

  private HttpResponse<String> send(NodeProcess node, String path) throws IOException {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(node.uri(path)).timeout(Duration.ofSeconds(5)).build();
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  public List<NodeProcess> nodes() {
    return nodes;
  }

  public int partitions() {
    return partitions;
  }

  /// SIGTERM to all nodes at once, then waits for them: were they stopped one after the other,
  /// those that are left would elect a leader, and its anchor would be in two logs of three.
  public void stop() throws InterruptedException {
    nodes.forEach(NodeProcess::terminate);
    for (NodeProcess node : nodes) {
      node.stop();
    }
  }

  /// SIGKILL to all nodes at once.
  public void killAll() throws IOException, InterruptedException {
    NodeProcess.signal("KILL", nodes.stream().filter(NodeProcess::isAlive).toList());
    for (NodeProcess node : nodes) {
      node.kill();
    }
  }

  /// Ends whatever still runs.
  @Override
  public void close() {
    closeNodes();
    Runtime.getRuntime().removeShutdownHook(killAtExit);
    http.close();
  }

  private void closeNodes() {
    nodes.forEach(NodeProcess::close);
  }
}
