package io.tidemark.benchmarks.replicated.member;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Appends over HTTP from a process of its own, one request a record, to the node that leads when
/// the producer is made; when a node does not acknowledge, the next record goes to another. Nodes
/// that do not lead pass records on.
final class HttpClientMember implements Member {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int OK = 200;
  private static final String RECORDS = TidemarkMember.PARTITION + "/records?ack=quorum";

  private final List<URI> nodes;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private volatile int current;

  HttpClientMember(Layout layout) {
    nodes =
        layout
            .servers()
            .mapToObj(
                i ->
                    URI.create(
                        "http://%s/v1/partitions/"
                            .formatted(layout.address(i, HttpMember.HTTP_PORT))))
            .toList();
  }

  @Override
  public Optional<Producer> producer(Outcomes outcomes) throws IOException, InterruptedException {
    current = leader();
    return Optional.of(
        payload -> {
          int node = current;
          HttpRequest request =
              HttpRequest.newBuilder(nodes.get(node).resolve(RECORDS))
                  .timeout(PATIENCE)
                  .POST(HttpRequest.BodyPublishers.ofByteArray(payload))
                  .build();
          http.sendAsync(request, HttpResponse.BodyHandlers.ofString())
              .whenComplete(
                  (response, failure) -> {
                    if (failure == null && response.statusCode() == OK) {
                      outcomes.acknowledged(1);
                    } else {
                      current = (node + 1) % nodes.size();
                      outcomes.failed(failure == null ? response.body() : failure.toString());
                    }
                  });
          return true;
        });
  }

  /// According to the first node that answers.
  private int leader() throws IOException, InterruptedException {
    IOException last = new IOException("no nodes");
    for (URI node : nodes) {
      HttpRequest request =
          HttpRequest.newBuilder(node.resolve("../partitions")).timeout(PATIENCE).build();
      try {
        String views = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        String name = new ObjectMapper().readTree(views).path(0).path("leader").asText();
        return IntStream.range(0, nodes.size())
            .filter(i -> Layout.name(i).equals(name))
            .findFirst()
            .orElse(0);
      } catch (IOException e) {
        last = e;
      }
    }
    throw last;
  }
}
