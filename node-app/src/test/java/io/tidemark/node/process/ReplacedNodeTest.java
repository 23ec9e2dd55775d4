package io.tidemark.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.node.demo.DemoCluster;
import io.tidemark.node.demo.NodeProcess;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Under load one node dies for good and another is sent away while it is well; two of other names
/// take their places. Nobody says which replica goes where.
class ReplacedNodeTest {
  private static final int PARTITIONS = 4;
  private static final int REFUSED = 4;
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void newNodesHaveWhatTheOldOnesHad(@TempDir Path root) throws Exception {
    try (DemoCluster cluster = Clusters.three(root, PARTITIONS)) {
      cluster.start();
      NodeProcess a = cluster.nodes().get(0);
      NodeProcess b = cluster.nodes().get(1);
      DemoCluster.await(
          "the refusal that too few would be left", Clusters.LONG, () -> tooFewWithout(b, "c"));
      try (Load load = new Load(cluster, 8, 2);
          NodeProcess d = added(root, "d", b);
          NodeProcess e = added(root, "e", b)) {
        KillAnyNodeTest.awaitWrites(cluster, load);
        startAlso(cluster, d, e);
        a.kill();
        KillAnyNodeTest.awaitWrites(cluster, load);
        assertThat(change(d, "remove=a")).isEqualTo(200);
        DemoCluster.await("a to be removed", Clusters.LONG, () -> state(b, "a").equals("removed"));
        assertThat(change(d, "remove=b")).isEqualTo(200);
        endsAsRemoved(b);
        assertThat(voters(d)).containsOnly("[c, d, e]").hasSize(PARTITIONS);
        KillAnyNodeTest.awaitWrites(cluster, load);
        load.stop();
        assertThat(load.faults()).isEmpty();
        a.start();
        endsAsRemoved(a);
        allStartAgain(cluster);
        assertThat(voters(d)).containsOnly("[c, d, e]").hasSize(PARTITIONS);
        cluster.killAll();
        System.out.printf("%,d acknowledged%n", load.acknowledged().size());
        for (NodeProcess node : cluster.nodes()) {
          for (int partition = 0; partition < PARTITIONS; partition++) {
            assertThat(Disks.missing(node, partition, load)).as(node.id()).isEmpty();
          }
        }
      } catch (IllegalStateException vain) {
        throw new AssertionError(vain.getMessage() + Clusters.state(cluster), vain);
      }
    }
  }

  /// Made one of the cluster, and not started.
  private static NodeProcess added(Path root, String id, NodeProcess by) throws IOException {
    InetSocketAddress listen = DemoCluster.freePort();
    String address = listen.getHostString() + ":" + listen.getPort();
    DemoCluster.await(
        id + " to be added",
        Clusters.LONG,
        () -> change(by, "add=" + id + "&address=" + address) == 200);
    Path data = Files.createDirectories(root.resolve(id));
    String http = by.http().getHostString() + ":" + by.http().getPort();
    return new NodeProcess(
        id, data, DemoCluster.freePort(), List.of(), List.of("--join=" + http, "--segment-mib=4"));
  }

  private static void startAlso(DemoCluster cluster, NodeProcess... more) throws IOException {
    for (NodeProcess node : more) {
      node.start();
    }
    for (NodeProcess node : more) {
      cluster.awaitReady(node);
      cluster.nodes().add(node);
    }
  }

  /// It hears from others that it is removed.
  private static void endsAsRemoved(NodeProcess node) throws Exception {
    assertThat(node.exitCode(Clusters.LONG)).isEqualTo(OptionalInt.of(REFUSED));
    assertThat(node.lastLine()).contains("node " + node.id() + " was removed from its cluster");
  }

  /// Those that are left, as they were started first, also if whom they joined by is gone: what has
  /// changed since is in their directories.
  private static void allStartAgain(DemoCluster cluster) throws Exception {
    DemoCluster.await("all replicas to catch up", Clusters.LONG, cluster::isQuiet);
    cluster.nodes().removeIf(node -> !node.isAlive());
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
