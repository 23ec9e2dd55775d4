package io.tidemark.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.node.demo.DemoCluster;
import io.tidemark.node.demo.NodeProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A replica is moved to a fourth node while clients write, and then the node it came from is gone
/// for good.
class MoveTest {
  private static final List<String> IDS = List.of("a", "b", "c", "d");
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void everyAcknowledgedRecordMovesWithIt(@TempDir Path root) throws Exception {
    try (DemoCluster cluster = new DemoCluster(root, IDS, 1, List.of())) {
      cluster.start();
      NodeProcess b = cluster.nodes().get(1);
      NodeProcess d = cluster.nodes().get(3);
      try (Load load = new Load(cluster, 4, 1)) {
        KillAnyNodeTest.awaitWrites(cluster, load);
        assertThat(members(b)).isEqualTo("a voter, b voter, c voter");
        change(b, "add", "d");
        DemoCluster.await("d to catch up", Clusters.LONG, () -> tryChange(b, "promote", "d"));
        DemoCluster.await(
            "a to be removed",
            Clusters.LONG,
            () -> handOver(b, "d") && tryChange(b, "remove", "a"));
        KillAnyNodeTest.awaitWrites(cluster, load);
        assertThat(members(b)).contains("b voter, c voter, d voter").doesNotContain("a voter");
        cluster.nodes().getFirst().kill();
        KillAnyNodeTest.awaitWrites(cluster, load);
        d.kill();
        KillAnyNodeTest.awaitWrites(cluster, load);
        d.start();
        cluster.awaitReady(d);
        KillAnyNodeTest.awaitWrites(cluster, load);
        load.stop();
        assertThat(load.faults()).isEmpty();
        DemoCluster.await("d to have what b has", Clusters.LONG, () -> areEqual(b));
        cluster.killAll();
        for (NodeProcess node : List.of(b, cluster.nodes().get(2), d)) {
          assertThat(Disks.missing(node, 0, load)).as(node.id()).isEmpty();
        }
      }
    }
  }

  private static boolean areEqual(NodeProcess node) {
    try {
      Set<Long> ends = new HashSet<>();
      for (JsonNode replica : view(node).get("replicas")) {
        if (replica.get("member").asText().equals("voter")) {
          ends.add(replica.get("appended").asLong());
          ends.add(replica.get("committed").asLong());
        }
      }
      return ends.size() == 1;
    } catch (IOException e) {
      return false;
    }
  }

  private static void change(NodeProcess node, String change, String about) {
    DemoCluster.await(change + " " + about, Clusters.LONG, () -> tryChange(node, change, about));
  }

  private static boolean tryChange(NodeProcess node, String change, String about) {
    return post(node, "/members?" + change + "=" + about);
  }

  private static boolean handOver(NodeProcess node, String to) {
    try {
      return view(node).get("leader").asText().equals(to) || post(node, "/leader?to=" + to);
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean post(NodeProcess node, String request) {
    try {
      return Http.send(node, "POST", "/v1/partitions/0" + request, new byte[0]).status() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private static JsonNode view(NodeProcess node) throws IOException {
    return JSON.readTree(Http.send(node, "GET", "/v1/partitions", new byte[0]).body()).get(0);
  }

  private static String members(NodeProcess node) throws IOException {
    StringBuilder text = new StringBuilder();
    for (JsonNode replica : view(node).get("replicas")) {
      text.append(text.isEmpty() ? "" : ", ").append(replica.get("node").asText());
      text.append(' ').append(replica.get("member").asText());
    }
    return text.toString();
  }
}
