package io.tidemark.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.node.tools.ToolRefusedException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/// Asks a node over HTTP.
final class ClusterClient implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String address;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

  ClusterClient(InetSocketAddress node) {
    this.address = node.getHostString() + ":" + node.getPort();
  }

  /// Replicas of `partition`, its leader and epoch.
  JsonNode partition(int partition) throws IOException, InterruptedException {
    JsonNode all = partitions();
    if (!all.has(partition)) {
      throw new ToolRefusedException(
          "partition " + partition + "; there are 0 to " + (all.size() - 1));
    }
    return all.get(partition);
  }

  JsonNode partitions() throws IOException, InterruptedException {
    return ask("GET", "/v1/partitions");
  }

  /// Which nodes there are, and which replicas move.
  JsonNode cluster() throws IOException, InterruptedException {
    return ask("GET", "/v1/cluster");
  }

  /// Throws [ToolRefusedException] if the answer is a problem.
  JsonNode ask(String method, String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + address + path))
            .timeout(TIMEOUT)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    try {
      HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
      JsonNode answer = JSON.readTree(response.body());
      if (response.statusCode() != 200) {
        throw new ToolRefusedException(
            answer.get("title").asText() + ": " + answer.get("detail").asText());
      }
      return answer;
    } catch (ConnectException e) {
      throw new IllegalStateException("nobody serves HTTP at " + address, e);
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
