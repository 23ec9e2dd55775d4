package io.tidemark.benchmarks.replicated.member;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.tidemark.node.NodeProgram;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/// A whole node, with its key-value store and HTTP, as `tidemark node` runs it.
final class HttpMember implements Member {
  static final int HTTP_PORT = 1;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final String name;
  private final URI partitions;
  private final NodeProgram program;
  private final HttpClient http = HttpClient.newHttpClient();

  HttpMember(Layout layout) {
    Config settings = ConfigFactory.load();
    name = layout.name();
    int port = layout.port(layout.self(), HTTP_PORT);
    partitions = URI.create("http://%s:%d/v1/partitions".formatted(Layout.HOST, port));
    program =
        NodeProgram.start(
            TidemarkMember.config(layout, settings),
            settings,
            new InetSocketAddress(Layout.HOST, port),
            layout.ownShared());
  }

  /// As the node says to everybody who asks.
  @Override
  public boolean leads() throws InterruptedException {
    if (program.failed().toCompletableFuture().isDone()) {
      throw new IllegalStateException("the node failed");
    }
    HttpRequest request = HttpRequest.newBuilder(partitions).timeout(PATIENCE).build();
    try {
      String body = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
      JsonNode first = JSON.readTree(body).path(0);
      return first.path("leader").asText().equals(name);
    } catch (IOException e) {
      // It does not serve yet.
      return false;
    }
  }
}
