package io.tidemark.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.node.tools.ToolRefusedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
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
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final ObjectMapper JSON = new ObjectMapper();

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
    out.println("partition  epoch  node      state           appended    durable  committed");
    for (JsonNode partition : ask("GET", "/v1/partitions")) {
      for (JsonNode replica : partition.get("replicas")) {
        out.printf(
            "%9d %6d  %-8s  %-14s %9d  %9d  %9d%n",
            partition.get("partition").asInt(),
            partition.get("epoch").asLong(),
            replica.get("node").asText(),
            replica.get("state").asText(),
            replica.get("appended").asLong(),
            replica.get("durable").asLong(),
            replica.get("committed").asLong());
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
    ask("POST", "/v1/partitions/" + partition + "/leader" + (to == null ? "" : "?to=" + to));
    return Exit.FINE;
  }

  private JsonNode ask(String method, String path) throws IOException, InterruptedException {
    InetSocketAddress address = address();
    URI uri = URI.create("http://" + address.getHostString() + ":" + address.getPort() + path);
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .timeout(TIMEOUT)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build()) {
      HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
      JsonNode answer = JSON.readTree(response.body());
      if (response.statusCode() != 200) {
        throw new ToolRefusedException(
            answer.get("title").asText() + ": " + answer.get("detail").asText());
      }
      return answer;
    } catch (ConnectException e) {
      throw new IllegalStateException("nobody serves HTTP at " + http, e);
    }
  }

  private InetSocketAddress address() {
    try {
      return Addresses.parse(http);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }
}
