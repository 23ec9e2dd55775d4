package io.tidemark.node.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/// Appends every line at `QUORUM`, several hundred at a time, and remembers what it was told.
///
/// A refusal is tried again and counts nothing. An outcome that is unknown is tried again as well,
/// and counted: that line may be in the log twice.
final class Loader implements AutoCloseable {
  private static final int NOT_YET = -1;
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(20);
  private static final Duration RETRY = Duration.ofMillis(20);
  private static final Duration LINE_TIMEOUT = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final DemoCluster cluster;
  private final Input input;
  private final Semaphore outstanding;
  private final int limit;
  private final HttpClient http;
  private final AtomicIntegerArray partitionOf;
  private final AtomicLongArray lsnOf;
  private final AtomicIntegerArray unknownOf;
  private final AtomicInteger acknowledged = new AtomicInteger();
  private final List<ConcurrentSkipListMap<Long, Long>> acknowledgedBySent = new ArrayList<>();
  private final Histogram latencyMicros = new ConcurrentHistogram(3);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private volatile RuntimeException failure;

  Loader(DemoCluster cluster, Input input, int outstanding) {
    this.cluster = cluster;
    this.input = input;
    this.limit = outstanding;
    this.outstanding = new Semaphore(outstanding);
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    int lines = input.lines().size();
    this.partitionOf = new AtomicIntegerArray(lines);
    this.lsnOf = new AtomicLongArray(lines);
    this.unknownOf = new AtomicIntegerArray(lines);
    for (int line = 0; line < lines; line++) {
      partitionOf.set(line, NOT_YET);
    }
    for (int partition = 0; partition < cluster.partitions(); partition++) {
      acknowledgedBySent.add(new ConcurrentSkipListMap<>());
    }
  }

  /// Appends the lines `from..to-1`; returns when the last has been started.
  void load(int from, int to) throws InterruptedException {
    for (int line = from; line < to; line++) {
      outstanding.acquire();
      if (failure != null) {
        throw failure;
      }
      int next = line;
      threads.execute(() -> append(next));
    }
  }

  /// Waits until nothing is outstanding.
  void drain() throws InterruptedException {
    outstanding.acquire(limit);
    outstanding.release(limit);
    if (failure != null) {
      throw failure;
    }
  }

  private void append(int line) {
    try {
      long startNanos = System.nanoTime();
      for (int attempt = 0; !attempt(line, attempt); attempt++) {
        if (System.nanoTime() - startNanos > LINE_TIMEOUT.toNanos()) {
          throw new IllegalStateException(
              "line " + (line + 1) + " was not acknowledged within " + LINE_TIMEOUT);
        }
        LockSupport.parkNanos(RETRY.toNanos());
      }
      latencyMicros.recordValue((System.nanoTime() - startNanos) / 1000);
      acknowledged.incrementAndGet();
    } catch (RuntimeException e) {
      failure = e;
    } finally {
      outstanding.release();
    }
  }

  /// One try; true if the line was acknowledged.
  private boolean attempt(int line, int attempt) {
    NodeProcess node = cluster.nodes().get((line + attempt) % cluster.nodes().size());
    if (!node.isAlive()) {
      return false;
    }
    String key = URLEncoder.encode(input.key(line), StandardCharsets.UTF_8).replace("+", "%20");
    HttpRequest request =
        HttpRequest.newBuilder(node.uri("/v1/kv/" + key + "?ack=quorum"))
            .timeout(REQUEST_TIMEOUT)
            .PUT(HttpRequest.BodyPublishers.ofByteArray(input.value(line)))
            .build();
    long sentNanos = System.nanoTime();
    try {
      HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
      return answered(line, sentNanos, response);
    } catch (ConnectException e) {
      return false;
    } catch (IOException e) {
      unknownOf.incrementAndGet(line);
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private boolean answered(int line, long sentNanos, HttpResponse<String> response)
      throws IOException {
    switch (response.statusCode()) {
      case 200 -> {
        JsonNode answer = JSON.readTree(response.body());
        lsnOf.set(line, answer.get("lsn").asLong());
        partitionOf.set(line, answer.get("partition").asInt());
        acknowledgedBySent.get(answer.get("partition").asInt()).put(sentNanos, System.nanoTime());
        return true;
      }
      case 503 -> {
        return false;
      }
      case 504 -> {
        unknownOf.incrementAndGet(line);
        return false;
      }
      default ->
          throw new IllegalStateException(
              "line " + (line + 1) + ": " + response.statusCode() + " " + response.body());
    }
  }

  int acknowledged() {
    return acknowledged.get();
  }

  /// Where line number `line` was told to be, if it was acknowledged.
  Optional<Place> placeOf(int line) {
    int partition = partitionOf.get(line);
    return partition == NOT_YET
        ? Optional.empty()
        : Optional.of(new Place(partition, lsnOf.get(line)));
  }

  /// How many attempts for `line` ended without anybody knowing.
  int unknownOf(int line) {
    return unknownOf.get(line);
  }

  /// When the first append to `partition` was acknowledged of those that were sent after `nanos`.
  OptionalLong firstAcknowledgedOfSentAfter(int partition, long nanos) {
    return acknowledgedBySent.get(partition).tailMap(nanos).values().stream()
        .mapToLong(Long::longValue)
        .min();
  }

  Histogram latencyMicros() {
    return latencyMicros;
  }

  /// A partition and an LSN in it.
  record Place(int partition, long lsn) {}

  @Override
  public void close() {
    threads.shutdownNow();
    http.shutdownNow();
  }
}
