package io.tidemark.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// `tidemark cluster`: looks at a running cluster and changes who does what, through any node.
@Command(
    name = "cluster",
    description = "Look at a running cluster, and change who does what.",
    mixinStandardHelpOptions = true)
final class ClusterCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Option(
      names = "--http",
      defaultValue = "127.0.0.1:8080",
      paramLabel = "HOST:PORT",
      scope = ScopeType.INHERIT,
      description = "where any node of it serves HTTP (${DEFAULT-VALUE})")
  private String http;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which command? try --help");
  }

  @Command(
      name = "status",
      mixinStandardHelpOptions = true,
      description = {
        "Show the nodes, and each replica of each partition: its node, state and watermarks."
      })
  int status() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    try (ClusterClient cluster = client()) {
      showNodes(cluster.cluster(), out);
      out.println(
          "partition  epoch  node      member   state           appended    durable  committed");
      for (JsonNode partition : cluster.partitions()) {
        for (JsonNode replica : partition.get("replicas")) {
          out.printf(
              "%9d %6d  %-8s  %-7s  %-14s %9d  %9d  %9d%n",
              partition.get("partition").asInt(),
              partition.get("epoch").asLong(),
              replica.get("node").asText(),
              replica.get("member").asText(),
              replica.get("state").asText(),
              replica.get("appended").asLong(),
              replica.get("durable").asLong(),
              replica.get("committed").asLong());
        }
      }
    }
    out.flush();
    return Exit.FINE;
  }

  /// Of a node alone there is nothing to say.
  private static void showNodes(JsonNode cluster, PrintWriter out) {
    if (cluster.get("nodes").size() == 1) {
      return;
    }
    out.println("node      address                state");
    for (JsonNode node : cluster.get("nodes")) {
      out.printf(
          "%-8s  %-21s  %s%n",
          node.get("node").asText(), node.get("address").asText(), node.get("state").asText());
    }
    for (JsonNode move : cluster.get("moves")) {
      out.printf(
          "partition %d moves from %s to %s%n",
          move.get("partition").asInt(), move.get("from").asText(), move.get("to").asText());
    }
    out.println();
  }

  @Command(
      name = "add-node",
      mixinStandardHelpOptions = true,
      description = {
        "Make a node one of the cluster; then start it with 'tidemark node --join'.",
        "It gets its share of the replicas, or those of a node that is removed."
      })
  int addNode(
      @Parameters(paramLabel = "ID=HOST:PORT", description = "its name and where it listens")
          String node)
      throws IOException, InterruptedException {
    int equals = node.indexOf('=');
    if (equals <= 0) {
      throw new ParameterException(
          spec.commandLine(), "expected ID=HOST:PORT, found '" + node + "'");
    }
    try (ClusterClient cluster = client()) {
      cluster.ask(
          "POST",
          "/v1/cluster/nodes?add=%s&address=%s"
              .formatted(node.substring(0, equals), node.substring(equals + 1)));
    }
    return Exit.FINE;
  }

  @Command(
      name = "remove-node",
      mixinStandardHelpOptions = true,
      description = {
        "Move all replicas of a node to others, and then remove it; it may be dead.",
        "Waits for that; interrupted, or called again, it goes on all the same."
      })
  int removeNode(
      @Parameters(paramLabel = "ID", description = "the node") String node,
      @Option(
              names = "--patience",
              paramLabel = "SECONDS",
              defaultValue = "600",
              description = "after which it waits no more (${DEFAULT-VALUE})")
          int patience)
      throws IOException, InterruptedException {
    try (ClusterClient cluster = client()) {
      cluster.ask("POST", "/v1/cluster/nodes?remove=" + node);
      boolean gone = new Departure(cluster, node, this::say).await(Duration.ofSeconds(patience));
      say(node + (gone ? " is removed" : " still leaves"));
      return gone ? Exit.FINE : Exit.OTHER;
    }
  }

  private void say(String line) {
    spec.commandLine().getOut().println(line);
    spec.commandLine().getOut().flush();
  }

  @Command(
      name = "transfer-leader",
      mixinStandardHelpOptions = true,
      description = {
        "Hand the leadership of a partition to another node.",
        "No acknowledged record is lost and no outcome becomes unknown; appends are refused for"
            + " some milliseconds."
      })
  int transferLeader(
      @Parameters(paramLabel = "PARTITION", description = "its number") int partition,
      @Option(
              names = "--to",
              paramLabel = "ID",
              description = "the node (whichever has most of the log)")
          String to)
      throws IOException, InterruptedException {
    try (ClusterClient cluster = client()) {
      cluster.ask(
          "POST", "/v1/partitions/" + partition + "/leader" + (to == null ? "" : "?to=" + to));
    }
    return Exit.FINE;
  }

  @Command(
      name = "move",
      mixinStandardHelpOptions = true,
      description = {
        "Move a replica of a partition to another node, while it is used.",
        "One that was interrupted can be begun again."
      })
  int move(
      @Parameters(paramLabel = "PARTITION", description = "its number") int partition,
      @Option(names = "--from", required = true, paramLabel = "ID", description = "has it now")
          String from,
      @Option(names = "--to", required = true, paramLabel = "ID", description = "shall have it")
          String to,
      @Option(
              names = "--patience",
              paramLabel = "SECONDS",
              defaultValue = "600",
              description = "after which it gives up (${DEFAULT-VALUE})")
          int patience)
      throws IOException, InterruptedException {
    try (ClusterClient cluster = client()) {
      new Move(cluster, partition, from, to, Duration.ofSeconds(patience), this::say).run();
    }
    return Exit.FINE;
  }

  private ClusterClient client() {
    return new ClusterClient(address());
  }

  private InetSocketAddress address() {
    try {
      return Addresses.parse(http);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }
}
