package io.tidemark.node.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.node.demo.DemoCluster;
import io.tidemark.node.demo.NodeProcess;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// Writers and readers on all nodes of a cluster, until closed.
///
/// Each writer owns one key at a time and writes 1, 2, 3... to it, each value until it is
/// acknowledged. An attempt whose outcome is unknown is never repeated: it may still happen, at any
/// later time, so its key is left alone and the writer goes on with the next one. Hence each value
/// is sent again only after it was surely not appended, and may be in the logs once at most. It
/// goes on with the next one now and then in any case: keys are spread over the partitions by
/// chance, and a partition whose outcomes were unknown for a while would lose all its writers for
/// good.
///
/// With stamps it is different: each writer keeps its one key, and an attempt whose outcome is
/// unknown is repeated with the same stamp until it is acknowledged.
///
/// Each reader compares what it reads with what had been acknowledged before it asked.
final class Load implements AutoCloseable {
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration RETRY = Duration.ofMillis(20);
  private static final int VALUES_PER_KEY = 20;

  /// What two cores do beside starting a node: without a bound the nodes and this load leave a
  /// starting JVM so little that each restart takes half a minute.
  private static final long MOST_WRITES_PER_SECOND = 320;

  private static final Duration BETWEEN_READS = Duration.ofMillis(25);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final DemoCluster cluster;
  private final long pauseNanos;
  private final List<Writer> writers = new ArrayList<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();
  private final Queue<Acknowledged> acknowledged = new ConcurrentLinkedQueue<>();
  private final Queue<Value> unknown = new ConcurrentLinkedQueue<>();
  private final Queue<String> faults = new ConcurrentLinkedQueue<>();
  private final Map<String, Value> newest = new ConcurrentHashMap<>();
  private final List<ConcurrentSkipListMap<Long, Long>> acknowledgedBySent = new ArrayList<>();
  private final AtomicLong repeated = new AtomicLong();
  private final boolean stamped;
  private volatile boolean stopped;

  /// One value of one key; unique in a run.
  record Value(String key, long count) {
    byte[] bytes() {
      return (key + "=" + count).getBytes(StandardCharsets.UTF_8);
    }

    static long countOf(String text) {
      return Long.parseLong(text.substring(text.indexOf('=') + 1));
    }
  }

  /// A value and where it was told to be.
  record Acknowledged(Value value, int partition, long lsn, long epoch) {}

  private enum Outcome {
    ACKNOWLEDGED,
    REFUSED,
    UNKNOWN
  }

  Load(DemoCluster cluster, int writers, int readers) {
    this(cluster, writers, readers, false);
  }

  /// With stamps, and repeats.
  static Load stamped(DemoCluster cluster, int writers, int readers) {
    return new Load(cluster, writers, readers, true);
  }

  private Load(DemoCluster cluster, int writers, int readers, boolean stamped) {
    this.cluster = cluster;
    this.stamped = stamped;
    this.pauseNanos = writers * TimeUnit.SECONDS.toNanos(1) / MOST_WRITES_PER_SECOND;
    for (int i = 0; i < cluster.partitions(); i++) {
      acknowledgedBySent.add(new ConcurrentSkipListMap<>());
    }
    for (int i = 0; i < writers; i++) {
      this.writers.add(new Writer(i));
    }
    this.writers.forEach(threads::execute);
    for (int i = 0; i < readers; i++) {
      int reader = i;
      threads.execute(() -> read(reader));
    }
  }

  private final class Writer implements Runnable {
    private final int number;
    private int generation;
    private volatile Value current;

    Writer(int number) {
      this.number = number;
      this.current = new Value(key(), 1);
    }

    private String key() {
      return "w" + number + "-" + generation;
    }

    @Override
    public void run() {
      while (!stopped) {
        switch (attempt(current, number)) {
          case ACKNOWLEDGED -> {
            if (stamped || current.count() < VALUES_PER_KEY) {
              current = new Value(current.key(), current.count() + 1);
            } else {
              nextKey();
            }
            LockSupport.parkNanos(pauseNanos);
          }
          case REFUSED -> LockSupport.parkNanos(RETRY.toNanos());
          case UNKNOWN -> {
            unknown.add(current);
            if (stamped) {
              repeated.incrementAndGet();
              LockSupport.parkNanos(RETRY.toNanos());
            } else {
              nextKey();
            }
          }
        }
      }
    }

    private void nextKey() {
      generation++;
      current = new Value(key(), 1);
    }
  }

  private Outcome attempt(Value value, int writer) {
    NodeProcess node = anyNode();
    if (!node.isAlive()) {
      return Outcome.REFUSED;
    }
    HttpRequest.Builder request =
        HttpRequest.newBuilder(node.uri("/v1/kv/" + value.key() + "?ack=quorum"))
            .timeout(REQUEST_TIMEOUT)
            .PUT(HttpRequest.BodyPublishers.ofByteArray(value.bytes()));
    if (stamped) {
      request.header("Tidemark-Producer", (1_000_000 + writer) + "/" + value.count());
    }
    long sentNanos = System.nanoTime();
    try {
      HttpResponse<String> response =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return switch (response.statusCode()) {
        case 200 -> acknowledged(value, sentNanos, JSON.readTree(response.body()));
        case 503 -> Outcome.REFUSED;
        case 504 -> Outcome.UNKNOWN;
        default -> {
          faults.add(value + ": " + response.statusCode() + " " + response.body());
          yield Outcome.UNKNOWN;
        }
      };
    } catch (ConnectException | HttpConnectTimeoutException e) {
      return Outcome.REFUSED;
    } catch (IOException | InterruptedException e) {
      return Outcome.UNKNOWN;
    }
  }

  private Outcome acknowledged(Value value, long sentNanos, JsonNode answer) {
    int partition = answer.get("partition").asInt();
    acknowledged.add(
        new Acknowledged(
            value, partition, answer.get("lsn").asLong(), answer.get("epoch").asLong()));
    acknowledgedBySent.get(partition).put(sentNanos, System.nanoTime());
    newest.put(value.key(), value);
    return Outcome.ACKNOWLEDGED;
  }

  private NodeProcess anyNode() {
    return cluster.nodes().get(ThreadLocalRandom.current().nextInt(cluster.nodes().size()));
  }

  private void read(int reader) {
    Map<String, Long> seen = new ConcurrentHashMap<>();
    while (!stopped) {
      Writer writer = writers.get(ThreadLocalRandom.current().nextInt(writers.size()));
      String key = writer.current.key();
      long least = Math.max(acknowledgedCount(key), seen.getOrDefault(key, 0L));
      NodeProcess node = anyNode();
      try {
        if (node.isAlive()) {
          OptionalLong found = get(node, key);
          long count = found.orElse(least);
          if (count < least) {
            faults.add(
                "reader %d read %d of %s on node %s, though %d had been acknowledged or read"
                    .formatted(reader, count, key, node.id(), least));
          }
          seen.merge(key, count, Math::max);
        }
        LockSupport.parkNanos(BETWEEN_READS.toNanos());
      } catch (IOException e) {
        LockSupport.parkNanos(RETRY.toNanos());
      }
    }
  }

  /// The value of `key`, 0 if there is none; empty if nobody could say.
  OptionalLong get(NodeProcess node, String key) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(node.uri("/v1/kv/" + key)).timeout(REQUEST_TIMEOUT).build();
    try {
      HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
      return switch (response.statusCode()) {
        case 200 -> OptionalLong.of(Value.countOf(response.body()));
        case 404 -> OptionalLong.of(0);
        case 503 -> OptionalLong.empty();
        default -> throw new IOException(response.statusCode() + " " + response.body());
      };
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private long acknowledgedCount(String key) {
    Value value = newest.get(key);
    return value == null ? 0 : value.count();
  }

  /// When the first write to `partition` was acknowledged of those that were sent after `nanos`.
  OptionalLong firstAcknowledgedOfSentAfter(int partition, long nanos) {
    return acknowledgedBySent.get(partition).tailMap(nanos).values().stream()
        .mapToLong(Long::longValue)
        .min();
  }

  /// The newest acknowledged value of each key.
  List<Value> newest() {
    return List.copyOf(newest.values());
  }

  List<Acknowledged> acknowledged() {
    return List.copyOf(acknowledged);
  }

  /// What may be in the logs once, or not.
  List<Value> unknown() {
    return List.copyOf(unknown);
  }

  /// How many attempts of unknown outcome were followed by another one.
  long repeated() {
    return repeated.get();
  }

  /// What a client saw and should not have.
  List<String> faults() {
    return List.copyOf(faults);
  }

  /// Starts nothing new and waits for the answers to what is under way.
  void stop() throws InterruptedException {
    stopped = true;
    threads.shutdown();
    if (!threads.awaitTermination(90, TimeUnit.SECONDS)) {
      faults.add("some requests had no answer within 90 s");
    }
  }

  @Override
  public void close() {
    stopped = true;
    threads.shutdownNow();
    http.shutdownNow();
  }
}
