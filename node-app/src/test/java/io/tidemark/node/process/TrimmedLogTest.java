package io.tidemark.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.node.demo.DemoCluster;
import io.tidemark.node.demo.NodeProcess;
import io.tidemark.node.tools.Trees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Logs that begin above LSN 1: what is gone of them is in the snapshots beside, whoever is killed
/// while it makes one, and whoever comes without anything.
class TrimmedLogTest {
  private static final List<String> FLAGS =
      List.of("-Dtidemark.kv.snapshot.every=300KiB", "-Dtidemark.kv.snapshot.keep=0");
  private static final int KEYS = 20;
  private static final int VALUE_BYTES = 150_000;

  /// So many values are more than two segments.
  private static final int LAGGING = 65;

  private final Map<String, String> expected = new TreeMap<>();
  private int written;

  @Test
  void everyNodeHasTheWholeStore(@TempDir Path root) throws Exception {
    try (DemoCluster cluster = new DemoCluster(root, 1, FLAGS)) {
      cluster.start();
      try (Load load = new Load(cluster, 4, 2)) {
        NodeProcess a = cluster.nodes().get(0);
        NodeProcess c = cluster.nodes().get(2);
        writeUntil(a, () -> areTrimmed(cluster));
        // They are saving most of the time.
        restarted(cluster, a, c, 10);
        // More than the others keep: its log begins anew while it runs.
        restarted(cluster, c, a, LAGGING);
        DemoCluster.await("a snapshot for c", Clusters.LONG, () -> holds(() -> fetched(c) > 0));
        long before = fetched(c);
        c.kill();
        Trees.delete(c.data());
        Files.createDirectories(c.data());
        c.start();
        cluster.awaitReady(c);
        write(a, 10);
        DemoCluster.await(
            "another for the new c", Clusters.LONG, () -> holds(() -> fetched(c) > before));
        DemoCluster.await(
            "c to vote again", Clusters.LONG, () -> WipedDiskTest.votesEverywhere(cluster, "c"));
        load.stop();
        assertThat(load.faults()).isEmpty();
        DemoCluster.await(
            "all to have applied all", Clusters.LONG, () -> holds(() -> areApplied(cluster)));
        assertThat(areTrimmed(cluster)).isTrue();
        assertThat(Http.send(c, "GET", "/metrics", new byte[0]).body())
            .containsPattern("tidemark_lsn\\{partition=\"0\",watermark=\"snapshot\"} [1-9]")
            .containsPattern("tidemark_transport_frames_received_total [1-9]")
            .contains("tidemark_transport_frames_refused_total{reason=\"checksum\"} 0")
            .contains("tidemark_transport_datagrams_refused_total 0");
        for (NodeProcess node : cluster.nodes()) {
          hasAll(cluster, node);
        }
      } catch (IllegalStateException e) {
        throw new AssertionError(e.getMessage() + Clusters.state(cluster), e);
      }
    }
  }

  /// Killed, started again when `by` has taken `values`.
  private void restarted(DemoCluster cluster, NodeProcess victim, NodeProcess by, int values)
      throws Exception {
    victim.kill();
    write(by, values);
    victim.start();
    cluster.awaitReady(victim);
  }

  /// How many snapshots of others it has said to have got.
  private static long fetched(NodeProcess node) throws IOException {
    return Files.readAllLines(node.log()).stream()
        .filter(line -> line.contains("partition 0: the snapshot of "))
        .count();
  }

  private interface Condition {
    boolean holds() throws IOException;
  }

  private void writeUntil(NodeProcess by, Condition condition) throws IOException {
    for (int i = 0; i < 40 && !condition.holds(); i++) {
      write(by, 5);
    }
    DemoCluster.await("the logs to be trimmed", Clusters.LONG, () -> holds(condition));
  }

  private static boolean holds(Condition condition) {
    try {
      return condition.holds();
    } catch (IOException e) {
      return false;
    }
  }

  /// Each until it is acknowledged.
  private void write(NodeProcess by, int values) {
    for (int i = 0; i < values; i++, written++) {
      String key = "large-" + written % KEYS;
      String value = written + ".".repeat(VALUE_BYTES);
      DemoCluster.await(
          "a write through " + by.id(),
          Clusters.LONG,
          () -> status(by, "PUT", "/v1/kv/" + key, value.getBytes(StandardCharsets.UTF_8)) == 200);
      expected.put(key, value);
    }
  }

  private static int status(NodeProcess by, String method, String path, byte[] body) {
    try {
      return Http.send(by, method, path, body).status();
    } catch (IOException e) {
      return 0;
    }
  }

  private static boolean areTrimmed(DemoCluster cluster) throws IOException {
    return replicas(cluster).stream().allMatch(replica -> replica.get("first").asLong() > 1);
  }

  private static boolean areApplied(DemoCluster cluster) throws IOException {
    Set<Long> ends = new HashSet<>();
    for (JsonNode replica : replicas(cluster)) {
      ends.add(replica.get("applied").asLong());
      ends.add(replica.get("appended").asLong());
    }
    return ends.size() == 1;
  }

  private static List<JsonNode> replicas(DemoCluster cluster) throws IOException {
    List<JsonNode> replicas = new ArrayList<>();
    cluster.partitionViews().get(0).get("replicas").forEach(replicas::add);
    assertThat(replicas).hasSize(3);
    return replicas;
  }

  /// Reads are answered by who leads.
  private void hasAll(DemoCluster cluster, NodeProcess node) throws IOException {
    DemoCluster.await(
        node.id() + " to lead",
        Clusters.LONG,
        () -> {
          status(node, "POST", "/v1/partitions/0/leader?to=" + node.id(), new byte[0]);
          return holds(
              () -> cluster.partitionViews().get(0).get("leader").asText().equals(node.id()));
        });
    for (Map.Entry<String, String> one : expected.entrySet()) {
      RawHttp.Answer answer = Http.send(node, "GET", "/v1/kv/" + one.getKey(), new byte[0]);
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body().equals(one.getValue()))
          .as("%s on %s: %.9s", one.getKey(), node.id(), answer.body())
          .isTrue();
    }
  }
}
