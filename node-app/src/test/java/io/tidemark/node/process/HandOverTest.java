package io.tidemark.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.node.demo.DemoCluster;
import io.tidemark.node.demo.NodeProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Leaderships that are handed over while clients write: no outcome becomes unknown by that, and a
/// node that is told to end hands its own over first.
class HandOverTest {
  private static final int PARTITIONS = 2;
  private static final int ROUNDS = 6;
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void nothingIsUnknownWhenALeadershipIsHandedOver(@TempDir Path root) throws Exception {
    try (DemoCluster cluster = Clusters.three(root, PARTITIONS)) {
      cluster.start();
      cluster.nodes().forEach(Http::awaitReady);
      try (Load load = new Load(cluster, 4, 1)) {
        for (int round = 0; round < ROUNDS; round++) {
          int partition = round % PARTITIONS;
          String before = awaitLeader(cluster, partition);
          NodeProcess heir =
              cluster.nodes().stream().filter(n -> !n.id().equals(before)).toList().get(round % 2);
          DemoCluster.await(
              partition + " handed over to " + heir.id(),
              Clusters.LONG,
              () -> isHandedOver(cluster.nodes().getFirst(), partition, heir.id()));
          DemoCluster.await(
              heir.id() + " leads " + partition,
              Clusters.LONG,
              () -> leader(heir, partition).equals(Optional.of(heir.id())));
          long now = System.nanoTime();
          DemoCluster.await(
              "a write to " + partition,
              Clusters.LONG,
              () -> load.firstAcknowledgedOfSentAfter(partition, now).isPresent());
        }
        load.stop();
        assertThat(load.unknown()).isEmpty();
        assertThat(load.faults()).isEmpty();
      }
    }
  }

  @Test
  void aNodeThatIsToldToEndHandsOverFirst(@TempDir Path root) throws Exception {
    try (DemoCluster cluster = Clusters.three(root, 1)) {
      cluster.start();
      cluster.nodes().forEach(Http::awaitReady);
      String before = awaitLeader(cluster, 0);
      NodeProcess leader =
          cluster.nodes().stream().filter(n -> n.id().equals(before)).findFirst().orElseThrow();
      leader.signal("TERM");
      leader.exitCode(Clusters.LONG);
      assertThat(Files.readString(leader.log()))
          .as("while it was there")
          .containsPattern(
              "(?s)leader of epoch \\d+ is %1$s.*leader of epoch \\d+ is [^%1$su]"
                  .formatted(before));
    }
  }

  @Test
  void whatCannotLeadIsRefused(@TempDir Path root) throws Exception {
    try (DemoCluster cluster = Clusters.three(root, 1)) {
      cluster.start();
      cluster.nodes().forEach(Http::awaitReady);
      String before = awaitLeader(cluster, 0);
      NodeProcess any = cluster.nodes().getFirst();
      assertThat(handOver(any, 0, "n9").status()).isEqualTo(409);
      assertThat(handOver(any, 0, "Not a node").status()).isEqualTo(400);
      assertThat(handOver(any, 7, before).status()).isEqualTo(404);
      assertThat(awaitLeader(cluster, 0)).isEqualTo(before);
    }
  }

  /// Who is asked to lead in its first second, or while it is busy, may not be ready: ask again.
  private static boolean isHandedOver(NodeProcess node, int partition, String to) {
    try {
      RawHttp.Answer answer = handOver(node, partition, to);
      assertThat(answer.status()).as(answer.body()).isIn(200, 409);
      return answer.status() == 200;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static RawHttp.Answer handOver(NodeProcess node, int partition, String to)
      throws IOException {
    String path = "/v1/partitions/" + partition + "/leader?to=" + to.replace(" ", "%20");
    return Http.send(node, "POST", path, new byte[0]);
  }

  private static String awaitLeader(DemoCluster cluster, int partition) {
    NodeProcess node = cluster.nodes().getFirst();
    DemoCluster.await("a leader", Clusters.LONG, () -> leader(node, partition).isPresent());
    return leader(node, partition).orElseThrow();
  }

  private static Optional<String> leader(NodeProcess node, int partition) {
    try {
      String body = Http.send(node, "GET", "/v1/partitions", new byte[0]).body();
      JsonNode leader = JSON.readTree(body).get(partition).get("leader");
      return leader == null || leader.isNull() ? Optional.empty() : Optional.of(leader.asText());
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
