package io.tidemark.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.node.demo.NodeProcess;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The header `Tidemark-Producer`, over HTTP.
class StampedHttpTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// The second attempt says what the first one said, and changes nothing.
  @Test
  void whatIsSentAgainIsThereOnce(@TempDir Path root) throws Exception {
    try (NodeProcess node = Clusters.alone("a", root.resolve("a"), "--partitions=1");
        HttpClient http = HttpClient.newHttpClient()) {
      node.start();
      Http.awaitReady(node);
      JsonNode first = put(http, node, "7/1", "first", 200);
      put(http, node, "8/1", "between", 200);
      assertThat(put(http, node, "7/1", "first", 200).get("lsn")).isEqualTo(first.get("lsn"));
      assertThat(get(http, node)).isEqualTo("between");
      refused(put(http, node, "7/3", "third", 409), "sequence-gap");
      refused(put(http, node, "7/0", "older", 409), "sequence-too-old");
      refused(put(http, node, "seven", "other", 400), "bad-request");
      refused(put(http, node, "7/x", "other", 400), "bad-request");
      assertThat(put(http, node, "7/2", "second", 200).get("lsn").asLong())
          .isGreaterThan(first.get("lsn").asLong() + 1);
      assertThat(get(http, node)).isEqualTo("second");
    }
  }

  private static JsonNode put(
      HttpClient http, NodeProcess node, String stamp, String value, int status)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(node.uri("/v1/kv/once"))
            .header("Tidemark-Producer", stamp)
            .PUT(BodyPublishers.ofString(value))
            .build();
    HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
    assertThat(response.statusCode()).as(stamp).isEqualTo(status);
    return JSON.readTree(response.body());
  }

  private static String get(HttpClient http, NodeProcess node)
      throws IOException, InterruptedException {
    return http.send(
            HttpRequest.newBuilder(node.uri("/v1/kv/once")).build(), BodyHandlers.ofString())
        .body();
  }

  private static void refused(JsonNode problem, String type) {
    assertThat(problem.get("type").asText()).isEqualTo("urn:tidemark:" + type);
    assertThat(problem.get("detail").asText()).isNotEmpty();
  }
}
