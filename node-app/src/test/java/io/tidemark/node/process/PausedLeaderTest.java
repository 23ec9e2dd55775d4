package io.tidemark.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.node.demo.DemoCluster;
import io.tidemark.node.demo.NodeProcess;
import io.tidemark.node.demo.SegmentReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A leader is stopped for 20 s or more with requests of every level before it and in its sockets,
/// is replaced, and goes on: it must not speak for the epoch that is over.
///
/// It may have decided on an answer the moment before it was stopped; such an answer is late, not
/// wrong, as if the network had kept it. It can only be one to a request that was sent before the
/// stop, and if it says `quorum` or `all` the record must be on every disk. No request that was
/// sent during the pause may be acknowledged in the old epoch.
class PausedLeaderTest {
  private static final int PARTITIONS = 4;
  private static final Duration PAUSE = Duration.ofSeconds(20);
  private static final List<String> LEVELS = List.of("received", "local", "quorum", "all");
  private static final int CLIENTS_EACH = 4;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<Client> clients = new ArrayList<>();
  private final Queue<Answered> answers = new ConcurrentLinkedQueue<>();
  private final Queue<String> faults = new ConcurrentLinkedQueue<>();
  private volatile boolean paused;

  /// An answer; `lsn` and `epoch` are 0 if it is not an acknowledgement.
  private record Answered(
      Client client, String value, boolean sentInPause, int status, long lsn, long epoch) {}

  /// One connection to the leader of `partition`.
  private final class Client implements Runnable {
    private final int partition;
    private final String level;
    private final String name;
    private final RawHttp connection;
    private int sent;

    Client(NodeProcess leader, int partition, String level, int number) throws IOException {
      this.partition = partition;
      this.level = level;
      this.name = "p%d-%s-%d".formatted(partition, level, number);
      this.connection = new RawHttp(leader.http(), Clusters.LONG);
    }

    /// One request after the other until the pause; then the answer to the one that was written
    /// meanwhile.
    @Override
    public void run() {
      try {
        while (!paused) {
          String value = send();
          receive(value, false);
        }
        receive(duringPause(), true);
      } catch (IOException e) {
        faults.add(name + " was cut off: " + e);
      }
    }

    private String send() throws IOException {
      String value = name + "=" + sent++;
      write(value);
      return value;
    }

    private void write(String value) throws IOException {
      connection.send(
          "POST",
          "/v1/partitions/%d/records?ack=%s".formatted(partition, level),
          value.getBytes(StandardCharsets.UTF_8));
    }

    private String duringPause() {
      return name + "=during the pause";
    }

    private void receive(String value, boolean sentInPause) throws IOException {
      RawHttp.Answer answer = connection.answer();
      JsonNode json = JSON.readTree(answer.body());
      answers.add(
          new Answered(
              this,
              value,
              sentInPause,
              answer.status(),
              json.path("lsn").asLong(),
              json.path("epoch").asLong()));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  @Test
  void aReplacedLeaderAcknowledgesNothingNew(@TempDir Path root) throws Exception {
    try (DemoCluster cluster = Clusters.three(root, PARTITIONS)) {
      cluster.start();
      DemoCluster.Leading most = cluster.mostLeading();
      NodeProcess leader = most.node();
      List<Integer> led = most.partitions();
      NodeProcess other =
          cluster.nodes().stream().filter(node -> node != leader).findFirst().orElseThrow();
      ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
      try {
        startClients(leader, led, threads);
        awaitAnswers(led);
        // On a busy machine some may have been led elsewhere since.
        List<Integer> stopped = DemoCluster.ledBy(leader, cluster.partitionViews());
        assertThat(stopped).as("what node %s leads when it is stopped", leader.id()).isNotEmpty();
        leader.signal("STOP");
        long endNanos = System.nanoTime() + PAUSE.toNanos();
        Map<Integer, Long> oldEpochs = oldEpochs();
        Map<Integer, Long> newEpochs = new HashMap<>();
        for (int partition : stopped) {
          newEpochs.put(
              partition, awaitNewEpoch(other, partition, oldEpochs.getOrDefault(partition, 0L)));
        }
        int answersBefore = answers.size();
        paused = true;
        for (Client client : clients) {
          client.write(client.duringPause());
        }
        TimeUnit.NANOSECONDS.sleep(Math.max(0, endNanos - System.nanoTime()));
        assertThat(answers).as("answers of a stopped process").hasSize(answersBefore);
        leader.signal("CONT");
        DemoCluster.await(
            "the old leader to follow", Clusters.LONG, () -> follows(cluster, leader, newEpochs));
        threads.shutdown();
        assertThat(threads.awaitTermination(Clusters.LONG.toSeconds(), TimeUnit.SECONDS))
            .as("every request has its answer")
            .isTrue();
        cluster.awaitReady(leader);
        DemoCluster.await("all replicas to catch up", Clusters.LONG, cluster::isQuiet);
        cluster.killAll();
        check(cluster, answersBefore, newEpochs);
      } finally {
        threads.shutdownNow();
        for (Client client : clients) {
          client.connection.close();
        }
      }
    }
  }

  private void startClients(NodeProcess leader, List<Integer> led, ExecutorService threads)
      throws IOException {
    for (int partition : led) {
      for (String level : LEVELS) {
        for (int number = 0; number < CLIENTS_EACH; number++) {
          clients.add(new Client(leader, partition, level, number));
        }
      }
    }
    clients.forEach(threads::execute);
  }

  private void awaitAnswers(List<Integer> led) {
    for (int partition : led) {
      for (String level : LEVELS) {
        DemoCluster.await(
            "acknowledgements of " + level + " in partition " + partition,
            Clusters.LONG,
            () ->
                answers.stream()
                        .filter(a -> a.status() == 200)
                        .filter(a -> a.client().partition == partition)
                        .filter(a -> a.client().level.equals(level))
                        .count()
                    >= 10);
      }
    }
  }

  private Map<Integer, Long> oldEpochs() {
    Map<Integer, Long> epochs = new HashMap<>();
    answers.forEach(a -> epochs.merge(a.client().partition, a.epoch(), Math::max));
    return epochs;
  }

  /// Writes through `node` until a new leader acknowledges; answers with its epoch.
  private static long awaitNewEpoch(NodeProcess node, int partition, long oldEpoch)
      throws IOException {
    long deadline = System.nanoTime() + Clusters.LONG.toNanos();
    while (System.nanoTime() < deadline) {
      try (RawHttp connection = new RawHttp(node.http(), Clusters.LONG)) {
        connection.send("POST", "/v1/partitions/" + partition + "/records", new byte[] {1});
        RawHttp.Answer answer = connection.answer();
        long epoch = JSON.readTree(answer.body()).path("epoch").asLong();
        if (answer.status() == 200 && epoch > oldEpoch) {
          return epoch;
        }
      }
    }
    throw new AssertionError(
        "partition " + partition + " has no new leader within " + Clusters.LONG);
  }

  private static boolean follows(
      DemoCluster cluster, NodeProcess node, Map<Integer, Long> newEpochs) {
    try {
      for (JsonNode view : cluster.partitionViews()) {
        for (JsonNode replica : view.get("replicas")) {
          Long epoch = newEpochs.get(view.get("partition").asInt());
          if (epoch != null
              && replica.get("node").asText().equals(node.id())
              && (view.get("epoch").asLong() < epoch
                  || !replica.get("state").asText().matches("follower|leader"))) {
            return false;
          }
        }
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private void check(DemoCluster cluster, int answersBefore, Map<Integer, Long> newEpochs)
      throws IOException {
    assertThat(faults).as("connections").isEmpty();
    Map<String, Integer> late = new TreeMap<>();
    List<Answered> all = List.copyOf(answers);
    for (int i = 0; i < all.size(); i++) {
      Answered answer = all.get(i);
      boolean ofOldEpoch =
          answer.status() == 200
              && answer.epoch() < newEpochs.getOrDefault(answer.client().partition, 0L);
      if (ofOldEpoch && answer.sentInPause()) {
        faults.add(answer + " speaks for an epoch that is over");
      }
      if (ofOldEpoch && i >= answersBefore) {
        late.merge(answer.client().level, 1, Integer::sum);
      }
    }
    System.out.printf(
        "%d answers before the pause, %d after it, late ones: %s; %d sent in the pause: %s%n",
        answersBefore,
        all.size() - answersBefore,
        late,
        clients.size(),
        all.stream().filter(Answered::sentInPause).map(Answered::status).sorted().toList());
    for (int partition = 0; partition < PARTITIONS; partition++) {
      List<SegmentReader> replicas = Disks.replicas(cluster, partition);
      assertThat(SegmentReader.difference(replicas)).isEmpty();
      for (Answered answer : all) {
        if (answer.status() == 200
            && answer.client().partition == partition
            && answer.client().level.matches("quorum|all")) {
          replicas.forEach(replica -> isThere(answer, replica));
        }
      }
    }
    assertThat(Clusters.text(List.copyOf(faults))).isEmpty();
  }

  private void isThere(Answered answer, SegmentReader replica) {
    List<SegmentReader.Entry> entries = replica.entries();
    byte[] value = answer.value().getBytes(StandardCharsets.UTF_8);
    if (answer.lsn() > entries.size()
        || !Arrays.equals(entries.get((int) answer.lsn() - 1).payload(), value)) {
      faults.add(answer + " is not there");
    }
  }
}
