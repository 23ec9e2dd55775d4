package io.tidemark.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.node.demo.DemoCluster;
import io.tidemark.node.demo.NodeProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A node dies for good under load; another, of another name, takes its place. Nobody says which
/// replica goes where.
class ReplacedNodeTest {
  private static final int PARTITIONS = 4;
  private static final int REFUSED = 4;
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void aNewNodeHasWhatTheDeadOneHad(@TempDir Path root) throws Exception {
    try (DemoCluster cluster = Clusters.three(root, PARTITIONS)) {
      cluster.start();
      NodeProcess a = cluster.nodes().get(0);
      NodeProcess b = cluster.nodes().get(1);
      DemoCluster.await(
          "the refusal that too few would be left", Clusters.LONG, () -> tooFewWithout(b, "c"));
      try (Load load = new Load(cluster, 8, 2);
          NodeProcess d = added(root, b)) {
        KillAnyNodeTest.awaitWrites(cluster, load);
        d.start();
        cluster.awaitReady(d);
        cluster.nodes().add(d);
        a.kill();
        KillAnyNodeTest.awaitWrites(cluster, load);
        assertThat(change(d, "remove=a")).isEqualTo(200);
        DemoCluster.await("a to be removed", Clusters.LONG, () -> state(b, "a").equals("removed"));
        assertThat(voters(b)).containsOnly("[b, c, d]").hasSize(PARTITIONS);
        KillAnyNodeTest.awaitWrites(cluster, load);
        load.stop();
        assertThat(load.faults()).isEmpty();
        refusesToReturn(a);
        allStartAgain(cluster);
        assertThat(voters(d)).containsOnly("[b, c, d]").hasSize(PARTITIONS);
        cluster.killAll();
        System.out.printf("%,d acknowledged%n", load.acknowledged().size());
        for (NodeProcess node : cluster.nodes()) {
          for (int partition = 0; partition < PARTITIONS; partition++) {
            assertThat(Disks.missing(node, partition, load)).as(node.id()).isEmpty();
          }
        }
      } catch (IllegalStateException e) {
        throw new AssertionError(e.getMessage() + Clusters.state(cluster), e);
      }
    }
  }

  /// Made one of the cluster, and not started.
  private static NodeProcess added(Path root, NodeProcess by) throws IOException {
    var listen = DemoCluster.freePort();
    String address = listen.getHostString() + ":" + listen.getPort();
    DemoCluster.await(
        "d to be added", Clusters.LONG, () -> change(by, "add=d&address=" + address) == 200);
    Path data = Files.createDirectories(root.resolve("d"));
    String http = by.http().getHostString() + ":" + by.http().getPort();
    return new NodeProcess(
        "d", data, DemoCluster.freePort(), List.of(), List.of("--join=" + http, "--segment-mib=4"));
  }

  /// It starts with what it knew, hears that it is removed, and ends.
  private static void refusesToReturn(NodeProcess a) throws Exception {
    a.start();
    assertThat(a.exitCode(Clusters.LONG)).isEqualTo(OptionalInt.of(REFUSED));
    assertThat(a.lastLine()).contains("node a was removed from its cluster");
  }

  /// With the command lines of the first start: what has changed since is in their directories.
  private static void allStartAgain(DemoCluster cluster) throws Exception {
    DemoCluster.await("all replicas to catch up", Clusters.LONG, cluster::isQuiet);
    cluster.nodes().removeFirst();
    cluster.killAll();
    for (NodeProcess node : cluster.nodes()) {
      node.start();
    }
    for (NodeProcess node : cluster.nodes()) {
      cluster.awaitReady(node);
    }
    DemoCluster.await("all replicas to be alike", Clusters.LONG, cluster::isQuiet);
  }

  private static int change(NodeProcess node, String what) {
    try {
      return Http.send(node, "POST", "/v1/cluster/nodes?" + what, new byte[0]).status();
    } catch (IOException e) {
      return 0;
    }
  }

  private static boolean tooFewWithout(NodeProcess by, String node) {
    try {
      RawHttp.Answer answer =
          Http.send(by, "POST", "/v1/cluster/nodes?remove=" + node, new byte[0]);
      return answer.status() == 409 && answer.body().contains("3 replicas need as many nodes");
    } catch (IOException e) {
      return false;
    }
  }

  private static String state(NodeProcess node, String about) {
    try {
      for (JsonNode one : get(node, "/v1/cluster").get("nodes")) {
        if (one.get("node").asText().equals(about)) {
          return one.get("state").asText();
        }
      }
      return "unknown";
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static List<String> voters(NodeProcess node) throws IOException {
    return get(node, "/v1/partitions").findParents("replicas").stream()
        .map(
            partition -> {
              TreeSet<String> voters = new TreeSet<>();
              for (JsonNode replica : partition.get("replicas")) {
                if (replica.get("member").asText().equals("voter")) {
                  voters.add(replica.get("node").asText());
                }
              }
              return voters.toString();
            })
        .toList();
  }

  private static JsonNode get(NodeProcess node, String path) throws IOException {
    return JSON.readTree(Http.send(node, "GET", path, new byte[0]).body());
  }
}
