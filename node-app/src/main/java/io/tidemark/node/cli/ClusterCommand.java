package io.tidemark.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Consumer;
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
      description = "Show each replica of each partition: its node, state and watermarks.")
  int status() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    try (ClusterClient cluster = client()) {
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
    PrintWriter out = spec.commandLine().getOut();
    Consumer<String> progress =
        step -> {
          out.println(step);
          out.flush();
        };
    try (ClusterClient cluster = client()) {
      new Move(cluster, partition, from, to, Duration.ofSeconds(patience), progress).run();
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
