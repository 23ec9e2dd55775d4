package io.tidemark.testkit.load;

import io.tidemark.foundation.Chance;
import io.tidemark.testkit.check.LogRead;
import io.tidemark.testkit.cluster.Await;
import io.tidemark.testkit.cluster.Cluster;
import io.tidemark.testkit.cluster.Node;
import io.tidemark.testkit.history.History;
import io.tidemark.testkit.history.Operation;
import io.tidemark.testkit.history.Operation.Outcome;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/// Clients and readers on all nodes of a cluster, until stopped.
///
/// A client stays with a node as long as that does what it is asked to. No two writes have the same
/// value, and nothing is tried again: what is refused must never be seen.
public final class Load implements AutoCloseable {
  private static final Duration LAST_ANSWERS = Duration.ofSeconds(60);
  private static final String FILE = "history.jsonl";

  private final Cluster cluster;
  private final Path file;
  private final History history;
  private final Keys keys;
  private final long pauseNanos;
  private final AtomicLongArray newestAcknowledged;
  private final Queue<LogRead> reads = new ConcurrentLinkedQueue<>();
  private final Queue<String> strange = new ConcurrentLinkedQueue<>();
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(1))
          .build();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private volatile boolean stopped;

  /// Starts it.
  ///
  /// @param directory where the history is written
  /// @param pause of each client after each answer, and of each reader when it has read everything:
  ///   who never waits takes the processors from the nodes, above all from one that starts
  /// @param chance what is done to which key; not when
  public Load(
      Cluster cluster, Path directory, int clients, int readers, Duration pause, Chance chance)
      throws IOException {
    this.cluster = cluster;
    this.file = directory.resolve(FILE);
    this.history = History.create(file);
    this.pauseNanos = pause.toNanos();
    this.keys = new Keys(cluster.setting().partitions());
    this.newestAcknowledged = new AtomicLongArray(cluster.setting().partitions());
    for (int partition = 0; partition < newestAcknowledged.length(); partition++) {
      newestAcknowledged.set(partition, Long.MIN_VALUE);
    }
    for (int number = 0; number < clients; number++) {
      KvClient client = new KvClient(number, http, keys, strange::add);
      Chance own = chance.split();
      int name = number;
      threads.execute(() -> untilStopped(() -> work(client, name, own)));
    }
    for (int number = 0; number < readers; number++) {
      LogReader reader = new LogReader(number, http);
      threads.execute(() -> untilStopped(() -> follow(reader)));
    }
  }

  private interface Work {
    void run() throws InterruptedException;
  }

  private void untilStopped(Work work) {
    try {
      work.run();
    } catch (InterruptedException _) {
      // Closed before it was stopped: nobody asks any more.
    } catch (RuntimeException e) {
      strange.add("a client failed: " + e);
    }
  }

  private void work(KvClient client, int number, Chance chance) throws InterruptedException {
    Node node = cluster.any(chance);
    for (long count = 0; !stopped; count++) {
      String key = keys.next(chance);
      int percent = chance.below(100);
      Operation operation;
      if (percent < 45) {
        operation = client.read(node.uri("/"), key);
      } else if (percent < 48) {
        operation = client.delete(node.uri("/"), key);
      } else {
        operation = client.write(node.uri("/"), key, number + "-" + count + padding(chance));
      }
      history.add(operation);
      if (operation.outcome() != Outcome.OK) {
        node = cluster.any(chance);
      } else if (operation.changes()) {
        int partition = operation.place().orElseThrow().partition();
        newestAcknowledged.accumulateAndGet(partition, operation.invokeNanos(), Math::max);
      }
      LockSupport.parkNanos(pauseNanos);
    }
  }

  /// Some are long, so that files fill.
  private static String padding(Chance chance) {
    return chance.percent(5) ? "-" + "x".repeat(chance.below(2_000)) : "";
  }

  private void follow(LogReader reader) throws InterruptedException {
    while (!stopped) {
      for (Node node : cluster.nodes()) {
        for (int partition = 0; partition < newestAcknowledged.length() && !stopped; partition++) {
          if (node.isAlive()) {
            reader.read(node, partition).ifPresent(reads::add);
          }
        }
      }
      LockSupport.parkNanos(pauseNanos);
    }
  }

  /// Waits until in each of `partitions` a write is acknowledged that was sent from now on; says in
  /// which there was none in time.
  public List<Integer> withoutProgress(List<Integer> partitions, Duration most) {
    long now = System.nanoTime();
    List<Integer> waiting = new ArrayList<>(partitions);
    Await.holds(
        most,
        () -> {
          waiting.removeIf(partition -> newestAcknowledged.get(partition) >= now);
          return waiting.isEmpty();
        });
    return waiting;
  }

  /// Waits until there is progress in every partition; throws [IllegalStateException] if there is
  /// none in time.
  public void awaitProgress(Duration most) {
    List<Integer> all = new ArrayList<>();
    for (int partition = 0; partition < newestAcknowledged.length(); partition++) {
      all.add(partition);
    }
    List<Integer> without = withoutProgress(all, most);
    if (!without.isEmpty()) {
      throw new IllegalStateException(
          "no write to partitions %s was acknowledged within %d s"
              .formatted(without, most.toSeconds()));
    }
  }

  /// Starts nothing new and waits for the answers to what is under way; afterwards the history is
  /// whole.
  public void stop() throws IOException, InterruptedException {
    stopped = true;
    threads.shutdown();
    if (!threads.awaitTermination(LAST_ANSWERS.toSeconds(), TimeUnit.SECONDS)) {
      strange.add("some requests had no answer within " + LAST_ANSWERS.toSeconds() + " s");
    }
    history.close();
  }

  /// The file of the history.
  public Path history() {
    return file;
  }

  /// What was read of the logs.
  List<LogRead> reads() {
    return List.copyOf(reads);
  }

  /// Answers that no node should give.
  List<String> strange() {
    return List.copyOf(strange);
  }

  @Override
  public void close() throws IOException {
    stopped = true;
    threads.shutdownNow();
    http.shutdownNow();
    history.close();
  }
}
