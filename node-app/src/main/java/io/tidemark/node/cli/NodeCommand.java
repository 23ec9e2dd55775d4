package io.tidemark.node.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import io.tidemark.foundation.NodeId;
import io.tidemark.node.NodeProgram;
import io.tidemark.runtime.LogSettings;
import io.tidemark.runtime.NodeConfig;
import io.tidemark.runtime.ReplicationSettings;
import io.tidemark.runtime.directory.Roster;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `tidemark node`: runs one node until it is told to stop.
@Command(
    name = "node",
    description = {
      "Run one node until it is told to stop.",
      "Without options: alone, one replica, data in ./tidemark-data, HTTP on 127.0.0.1:8080."
    },
    mixinStandardHelpOptions = true)
final class NodeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--id", defaultValue = "a", description = "this node's name (${DEFAULT-VALUE})")
  private String id;

  @Option(
      names = "--data",
      defaultValue = "tidemark-data",
      description = "data directory (${DEFAULT-VALUE})")
  private Path data;

  @Option(
      names = "--http",
      defaultValue = "127.0.0.1:8080",
      paramLabel = "HOST:PORT",
      description = "where to serve HTTP (${DEFAULT-VALUE})")
  private String http;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      description =
          "this node's entry in --nodes: TCP for control, UDP of the same number for data")
  private String listen;

  @Option(
      names = "--nodes",
      paramLabel = "ID=HOST:PORT,...",
      description =
          "the nodes that the cluster begins with, this one among them; the same list on each")
  private String nodes;

  @Option(
      names = "--join",
      paramLabel = "HOST:PORT",
      description =
          "instead of --nodes, for a node that was added since: where any node serves HTTP; not"
              + " asked once this one knows the cluster")
  private String join;

  @Option(
      names = "--partitions",
      defaultValue = "8",
      description = "partitions of the cluster, the same on every node (${DEFAULT-VALUE})")
  private int partitions;

  @Option(
      names = "--replicas",
      description = "replicas of each partition (3, or as many as there are nodes)")
  private Integer replicas;

  @Option(
      names = "--segment-mib",
      defaultValue = "16",
      description = "length of a segment file in MiB (${DEFAULT-VALUE})")
  private int segmentMib;

  @Option(
      names = "--aeron-dir",
      description = "directory of the media driver's files (one in memory, named after --data)")
  private Path aeronDirectory;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "settings in HOCON, on top of the program's own; tidemark.log is the node's")
  private Path settingsFile;

  @Override
  public Integer call() throws IOException, InterruptedException {
    InetSocketAddress httpAddress;
    NodeConfig config;
    Roster given;
    try {
      httpAddress = Addresses.parse(http);
      if (!httpAddress.getAddress().isLoopbackAddress()) {
        throw new IllegalArgumentException(
            http
                + " is not a loopback address; serving others needs authentication, which is not"
                + " built yet");
      }
      if (join == null) {
        config = config();
        given = config.founding();
      } else {
        given = joined();
        config = config(given);
      }
    } catch (IllegalArgumentException | ConfigException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    return run(config, given, httpAddress);
  }

  private Roster joined() throws IOException, InterruptedException {
    boolean alsoFounds =
        nodes != null
            || replicas != null
            || spec.commandLine().getParseResult().hasMatchedOption("--partitions");
    if (alsoFounds) {
      throw new IllegalArgumentException(
          "--join tells the nodes, partitions and replicas; it goes without their options");
    }
    return Join.rosterFor(new NodeId(id), data, Addresses.parse(join));
  }

  /// Of a node of the cluster `given`.
  private NodeConfig config(Roster given) {
    SortedMap<NodeId, InetSocketAddress> all = new TreeMap<>();
    given.present().forEach(node -> all.put(node, given.nodes().get(node).address()));
    checkListen(all);
    return new NodeConfig(
        new NodeId(id),
        data,
        all,
        given.partitions(),
        given.replicas(),
        segmentBytes(),
        LogSettings.of(settings()),
        ReplicationSettings.of(settings()));
  }

  private void checkListen(SortedMap<NodeId, InetSocketAddress> all) {
    InetSocketAddress own = all.get(new NodeId(id));
    if (listen != null && !Addresses.parse(listen).equals(own)) {
      throw new IllegalArgumentException(
          "--listen %s is not the entry of %s among the nodes: %s".formatted(listen, id, own));
    }
  }

  private long segmentBytes() {
    if (segmentMib < 2 || segmentMib > 1024) {
      throw new IllegalArgumentException("--segment-mib is 2 to 1024: " + segmentMib);
    }
    return (long) segmentMib << 20;
  }

  private NodeConfig config() {
    NodeId self = new NodeId(id);
    long segmentBytes = segmentBytes();
    Config settings = settings();
    LogSettings log = LogSettings.of(settings);
    if (nodes == null) {
      if (listen != null) {
        throw new IllegalArgumentException("--listen needs --nodes or --join");
      }
      if (replicas != null && replicas != 1) {
        throw new IllegalArgumentException("a node alone has 1 replica, not " + replicas);
      }
      return NodeConfig.embedded(self, data, partitions, segmentBytes, log);
    }
    SortedMap<NodeId, InetSocketAddress> all = Addresses.parseNodes(nodes);
    checkListen(all);
    int each = replicas == null ? Math.min(3, all.size()) : replicas;
    ReplicationSettings replication = ReplicationSettings.of(settings);
    return new NodeConfig(self, data, all, partitions, each, segmentBytes, log, replication);
  }

  private Config settings() {
    return settingsFile == null ? ConfigFactory.load() : settings(settingsFile);
  }

  /// What is in `file`, on top of the program's own: loaded by itself it would replace that.
  static Config settings(Path file) {
    Config given =
        ConfigFactory.parseFile(
            file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
    return ConfigFactory.load(given.withFallback(ConfigFactory.defaultApplication()));
  }

  private Integer run(NodeConfig config, Roster given, InetSocketAddress httpAddress)
      throws InterruptedException {
    NodeProgram program =
        NodeProgram.join(config, given, settings(), httpAddress, aeronDirectory(config));
    Thread stop = new Thread(program::close, "stop");
    Runtime.getRuntime().addShutdownHook(stop);
    try {
      program.failed().toCompletableFuture().get();
      throw new IllegalStateException("the node ended without a reason");
    } catch (ExecutionException e) {
      Runtime.getRuntime().removeShutdownHook(stop);
      program.close();
      throw new CompletionException(e.getCause());
    }
  }

  private Path aeronDirectory(NodeConfig config) {
    return aeronDirectory != null
        ? aeronDirectory
        : NodeProgram.aeronDirectory(config.self().name(), config.data());
  }
}
