package io.tidemark.node.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/// Follows every partition live from LSN 1, each from a node that does not lead it.
///
/// Each node serves its stream from a Pekko Streams `Source` over its own replica. When the
/// connection breaks, the subscriber goes on at another node from the LSN after the last it saw; it
/// must see each LSN once, in order.
final class Subscriber implements AutoCloseable {
  private static final Duration RETRY = Duration.ofMillis(100);
  private static final String ID = "id: ";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final DemoCluster cluster;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicLongArray lastSeen;
  private final List<String> faults = new ArrayList<>();
  private volatile boolean closed;

  Subscriber(DemoCluster cluster) {
    this.cluster = cluster;
    this.lastSeen = new AtomicLongArray(cluster.partitions());
  }

  void start() {
    for (int partition = 0; partition < cluster.partitions(); partition++) {
      int followed = partition;
      threads.execute(() -> follow(followed));
    }
  }

  private void follow(int partition) {
    for (int attempt = 0; !closed; attempt++) {
      NodeProcess node = cluster.nodes().get((partition + 1 + attempt) % cluster.nodes().size());
      if (node.isAlive() && !leads(node, partition)) {
        try {
          follow(partition, node);
        } catch (IOException e) {
          // The node is gone: go on at another.
        } catch (InterruptedException e) {
          return;
        }
      }
      LockSupport.parkNanos(RETRY.toNanos());
    }
  }

  private boolean leads(NodeProcess node, int partition) {
    try {
      return node.id().equals(cluster.partitionViews().get(partition).get("leader").asText());
    } catch (IOException e) {
      return true;
    }
  }

  private void follow(int partition, NodeProcess node) throws IOException, InterruptedException {
    String path =
        "/v1/partitions/%d/records?from=%d&system=on"
            .formatted(partition, lastSeen.get(partition) + 1);
    HttpRequest request =
        HttpRequest.newBuilder(node.uri(path)).header("Accept", "text/event-stream").build();
    HttpResponse<InputStream> response =
        http.send(request, HttpResponse.BodyHandlers.ofInputStream());
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null && !closed; line = lines.readLine()) {
        if (line.startsWith(ID)) {
          saw(partition, Long.parseLong(line.substring(ID.length())), node);
        } else if (line.startsWith("data: ")) {
          JSON.readTree(line.substring("data: ".length()));
        }
      }
    }
  }

  private void saw(int partition, long lsn, NodeProcess node) {
    long expected = lastSeen.get(partition) + 1;
    if (lsn != expected) {
      synchronized (faults) {
        faults.add(
            "the subscriber of partition %d saw LSN %d on node %s, expected %d"
                .formatted(partition, lsn, node.id(), expected));
      }
    }
    lastSeen.set(partition, lsn);
  }

  /// The last LSN seen of `partition`.
  long lastSeen(int partition) {
    return lastSeen.get(partition);
  }

  /// Gaps and repeats.
  List<String> faults() {
    synchronized (faults) {
      return List.copyOf(faults);
    }
  }

  @Override
  public void close() {
    closed = true;
    threads.shutdownNow();
    http.shutdownNow();
  }
}
