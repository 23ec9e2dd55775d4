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
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Under load the replica of a moves to d: its files on a are deleted, a starts again without it,
/// and it comes back as another one.
class MovedAwayTest {
  private static final List<String> IDS = List.of("a", "b", "c", "d");
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void filesOfAReplicaThatMovedAwayAreDeleted(@TempDir Path root) throws Exception {
    List<String> soon = List.of("-Dtidemark.directory.remove-after=1s");
    try (DemoCluster cluster = new DemoCluster(root, IDS, 1, soon)) {
      cluster.start();
      NodeProcess a = cluster.nodes().get(0);
      NodeProcess b = cluster.nodes().get(1);
      NodeProcess d = cluster.nodes().get(3);
      try (Load load = new Load(cluster, 4, 1)) {
        KillAnyNodeTest.awaitWrites(cluster, load);
        String before = self(a);
        move(b, "a", "d");
        DemoCluster.await("the files on a to be gone", Clusters.LONG, () -> isGone(a));
        KillAnyNodeTest.awaitWrites(cluster, load);
        assertThat(voters(b)).containsExactlyInAnyOrder("b", "c", "d");
        a.kill();
        a.start();
        cluster.awaitReady(a);
        KillAnyNodeTest.awaitWrites(cluster, load);
        assertThat(isGone(a)).as("it does not come back by itself").isTrue();
        move(b, "d", "a");
        assertThat(self(a)).as("another incarnation").isNotEqualTo(before);
        DemoCluster.await("the files on d to be gone", Clusters.LONG, () -> isGone(d));
        KillAnyNodeTest.awaitWrites(cluster, load);
        load.stop();
        assertThat(load.faults()).isEmpty();
        DemoCluster.await("all replicas to be alike", Clusters.LONG, cluster::isQuiet);
        cluster.killAll();
        for (NodeProcess node : cluster.nodes().subList(0, 3)) {
          assertThat(Disks.missing(node, 0, load)).as(node.id()).isEmpty();
        }
      } catch (IllegalStateException vain) {
        throw new AssertionError(vain.getMessage() + Clusters.state(cluster), vain);
      }
    }
  }

  /// What is left is a directory without files that says what was there.
  private static boolean isGone(NodeProcess node) {
    try (Stream<Path> all = Files.list(node.data())) {
      List<String> names = all.map(path -> path.getFileName().toString()).toList();
      List<String> removed =
          names.stream()
              .filter(name -> name.matches("removed-[0-9a-f]{8}-partition-0000"))
              .toList();
      return !names.contains("partition-0000")
          && removed.size() == 1
          && files(node.data().resolve(removed.getFirst())).isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> files(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.map(path -> path.getFileName().toString())
          .filter(name -> !name.equals("lock"))
          .toList();
    }
  }

  private static String self(NodeProcess node) throws IOException {
    return Files.readAllLines(Disks.directory(node, 0).resolve("members")).get(1);
  }

  private static void move(NodeProcess by, String from, String to) {
    post(by, "/members?add=" + to);
    post(by, "/members?promote=" + to);
    DemoCluster.await(
        from + " to be removed",
        Clusters.LONG,
        () -> tryPost(by, "/leader?to=b") && tryPost(by, "/members?remove=" + from));
  }

  private static void post(NodeProcess by, String request) {
    DemoCluster.await(request, Clusters.LONG, () -> tryPost(by, request));
  }

  private static boolean tryPost(NodeProcess by, String request) {
    try {
      return request.equals("/leader?to=" + leader(by))
          || Http.send(by, "POST", "/v1/partitions/0" + request, new byte[0]).status() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private static String leader(NodeProcess node) throws IOException {
    return view(node).path("leader").asText();
  }

  private static List<String> voters(NodeProcess node) throws IOException {
    return Stream.of(view(node).get("replicas"))
        .flatMap(all -> all.valueStream())
        .filter(replica -> replica.get("member").asText().equals("voter"))
        .map(replica -> replica.get("node").asText())
        .toList();
  }

  private static JsonNode view(NodeProcess node) throws IOException {
    return JSON.readTree(Http.send(node, "GET", "/v1/partitions", new byte[0]).body()).get(0);
  }
}
