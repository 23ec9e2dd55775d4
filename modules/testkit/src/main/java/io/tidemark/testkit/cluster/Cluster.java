package io.tidemark.testkit.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.foundation.Chance;
import io.tidemark.testkit.cluster.PartitionState.ReplicaState;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Nodes that know each other, each a process of its own.
///
/// They run the packaged program that the system property `tidemark.node.program` names, or else
/// from the class path of this JVM. Closing ends them and undoes what was made for them; so does
/// the end of the JVM.
public final class Cluster implements AutoCloseable {
  private static final Duration READY = Duration.ofSeconds(300);

  /// Of each partition, unless a node is told otherwise.
  private static final int REPLICAS = 3;

  private static final Duration REQUEST = Duration.ofSeconds(5);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final Setting setting;
  private final Undo undo;
  private final Network network;
  private final List<Node> nodes = new ArrayList<>();
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

  private Cluster(Setting setting, Path root, Undo undo) throws IOException {
    this.setting = setting;
    this.undo = undo;
    this.network =
        setting.network() ? new Namespaces(setting.nodes(), undo) : new Loopback(setting.nodes());
    makeNodes(root);
  }

  /// All of `setting`, with data and logs below `root`, which is there and empty; no node is
  /// started. Throws [IllegalStateException] if the machine lacks something.
  public static Cluster create(Setting setting, Path root) throws IOException {
    Optional<String> lacks = setting.lacks();
    if (lacks.isPresent()) {
      throw new IllegalStateException(lacks.get());
    }
    Undo undo = new Undo();
    try {
      return new Cluster(setting, root, undo);
    } catch (IOException | RuntimeException e) {
      undo.close();
      throw e;
    }
  }

  private void makeNodes(Path root) throws IOException {
    int cluster = COUNT.incrementAndGet();
    Path settings = root.resolve("settings.conf");
    // Small files, so that a run on a small disk goes through many of them.
    Files.writeString(settings, "tidemark.log.journal-segment = 8 MiB\n");
    for (int number = 0; number < setting.nodes(); number++) {
      String id = Node.id(number);
      Path home = Files.createDirectory(root.resolve(id));
      Disk disk =
          switch (setting.disks()) {
            case PLAIN -> new PlainDisk(home);
            case OWN -> LoopDisk.create(home, false, undo);
            case FAULTY -> LoopDisk.create(home, true, undo);
          };
      String aeron = "tidemark-test-%d-%d-%s".formatted(ProcessHandle.current().pid(), cluster, id);
      nodes.add(
          new Node(
              number,
              disk,
              root.resolve(id + ".log"),
              shared().resolve(aeron),
              network.clients(number),
              command(number, settings),
              undo));
    }
  }

  private static Path shared() {
    Path memory = Path.of("/dev/shm");
    return Files.isDirectory(memory) ? memory : Path.of(System.getProperty("java.io.tmpdir"));
  }

  private List<String> command(int number, Path settings) {
    List<String> command = new ArrayList<>(network.entering(number));
    command.addAll(
        List.of(
            ProcessHandle.current().info().command().orElse("java"),
            "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:+UseSerialGC",
            // A short life on few cores: the optimising compiler would cost more than it gives.
            "-XX:TieredStopAtLevel=1",
            "-Xmx512m"));
    command.addAll(program());
    command.addAll(
        List.of(
            "io.tidemark.node.cli.Tidemark",
            "node",
            "--id=" + Node.id(number),
            "--http=" + text(network.http(number)),
            "--listen=" + text(network.listen(number)),
            "--nodes="
                + IntStream.range(0, setting.nodes())
                    .mapToObj(n -> Node.id(n) + "=" + text(network.listen(n)))
                    .collect(Collectors.joining(",")),
            "--partitions=" + setting.partitions(),
            "--segment-mib=2",
            "--config=" + settings));
    return command;
  }

  /// The node's classes: the packaged program with its cache, or else what this process has.
  private static List<String> program() {
    String program = System.getProperty("tidemark.node.program");
    return program == null
        ? List.of("-cp", System.getProperty("java.class.path"))
        : List.of(
            "-XX:AOTCache=" + program.replaceFirst("jar$", "aot"),
            "-Xlog:aot*=off,cds*=off",
            "-cp",
            program);
  }

  private static String text(InetSocketAddress address) {
    return address.getHostString() + ":" + address.getPort();
  }

  /// Starts all nodes and waits until each can serve.
  public void start() throws IOException {
    for (Node node : nodes) {
      node.start();
    }
    awaitReady();
  }

  /// Waits until every node can serve.
  public void awaitReady() {
    nodes.forEach(this::awaitReady);
  }

  /// Waits until `node` can serve; throws [IllegalStateException] if it ends instead, or takes too
  /// long.
  public void awaitReady(Node node) {
    Await.until(
        node + " to be ready; see " + node.log(),
        READY,
        () -> {
          if (!node.isAlive()) {
            throw new IllegalStateException(node + " ended; see " + node.log());
          }
          return get(node, "/health/ready").statusCode() == 200;
        });
  }

  private HttpResponse<String> get(Node node, String path) throws IOException {
    try {
      HttpRequest request = HttpRequest.newBuilder(node.uri(path)).timeout(REQUEST).build();
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /// All partitions as `node` sees them.
  private List<PartitionState> partitionsBy(Node node) throws IOException {
    HttpResponse<String> answer = get(node, "/v1/partitions");
    if (answer.statusCode() != 200) {
      throw new IOException(node + " answered " + answer.statusCode());
    }
    List<PartitionState> states = new ArrayList<>();
    for (JsonNode view : JSON.readTree(answer.body())) {
      List<ReplicaState> replicas = new ArrayList<>();
      for (JsonNode replica : view.get("replicas")) {
        replicas.add(
            new ReplicaState(
                replica.get("node").asText(),
                replica.get("member").asText(),
                replica.get("state").asText(),
                replica.get("appended").asLong(),
                replica.get("durable").asLong(),
                replica.get("committed").asLong()));
      }
      states.add(
          new PartitionState(
              view.get("partition").asInt(), view.get("leader").asText(""), replicas));
    }
    return states;
  }

  /// All partitions as the first node that answers sees them.
  public List<PartitionState> partitionStates() throws IOException {
    IOException last = new IOException("no node runs");
    for (Node node : nodes) {
      if (node.isAlive()) {
        try {
          return partitionsBy(node);
        } catch (IOException e) {
          last = e;
        }
      }
    }
    throw last;
  }

  /// Waits until every replica of every partition has all there is, and says what that is.
  public List<PartitionState> awaitQuiet(Duration most) {
    List<PartitionState> last = new ArrayList<>();
    boolean quiet =
        Await.holds(
            most,
            () -> {
              last.clear();
              last.addAll(partitionStates());
              return last.stream().allMatch(PartitionState::isQuiet);
            });
    if (!quiet) {
      throw new IllegalStateException(
          "after %d s the replicas have not caught up: %s".formatted(most.toSeconds(), last));
    }
    return last;
  }

  /// Waits until every partition has as many voters as replicas: those whose disks were lost have
  /// learnt what they had.
  public void awaitVoters() {
    Await.until(
        "every replica to vote",
        READY,
        () -> partitionStates().stream().allMatch(state -> state.hasVoters(REPLICAS)));
  }

  /// Who leads most partitions; the first node if nobody says.
  public Node mostLeading() {
    Node most = nodes.getFirst();
    try {
      List<PartitionState> states = partitionStates();
      long mostLed = 0;
      for (Node node : nodes) {
        long led = states.stream().filter(state -> state.leader().equals(node.id())).count();
        if (led > mostLed) {
          most = node;
          mostLed = led;
        }
      }
    } catch (IOException _) {
      // Nobody says.
    }
    return most;
  }

  /// SIGKILL to all nodes in one moment.
  public void killAll() throws InterruptedException {
    List<Node> alive = nodes.stream().filter(Node::isAlive).toList();
    alive.forEach(Node::pause);
    for (Node node : alive) {
      node.kill();
    }
  }

  public List<Node> nodes() {
    return nodes;
  }

  /// One of them by chance.
  public Node any(Chance chance) {
    return nodes.get(chance.below(nodes.size()));
  }

  /// The node `id`.
  public Node node(String id) {
    return nodes.stream().filter(node -> node.id().equals(id)).findFirst().orElseThrow();
  }

  public Setting setting() {
    return setting;
  }

  /// The network, if it can be cut.
  public Optional<Namespaces> network() {
    return network instanceof Namespaces namespaces ? Optional.of(namespaces) : Optional.empty();
  }

  /// Whether this is closed, or the JVM ends: what nodes do from then on says nothing.
  public boolean isClosed() {
    return undo.isBegun();
  }

  /// Ends whatever still runs, and undoes what was made.
  @Override
  public void close() {
    undo.close();
    http.close();
  }
}
