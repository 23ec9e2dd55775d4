package io.tidemark.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.node.demo.DemoCluster;
import io.tidemark.node.demo.NodeProcess;
import io.tidemark.node.tools.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A node whose data were put back to an older state has forgotten what it acknowledged: it is
/// recognized, sets them aside, and comes back like one that lost its disk.
class RolledBackDiskTest {
  private static final int PARTITIONS = 2;

  /// Of each node: those of the partitions, and the directory's.
  private static final int LOGS = PARTITIONS + 1;

  private static final int WRITERS = 8;

  /// What was acknowledged while b was down is on a and c only; c forgets it.
  @Test
  void whatOnlyTheNodeAndOneOtherHadIsNotLost(@TempDir Path root) throws Exception {
    rolledBackUnderLoad(
        root,
        (c, kept) -> {
          c.kill();
          copy(c.data(), kept);
          c.start();
        });
  }

  /// The same with a copy made while the node ran: nobody else knows when that was. It was of the
  /// age that was raised since.
  @Test
  void theSameWithACopyOfARunningNode(@TempDir Path root) throws Exception {
    rolledBackUnderLoad(
        root,
        (c, kept) -> {
          c.signal("STOP");
          copy(c.data(), kept);
          c.signal("CONT");
          String age = age(c.data());
          DemoCluster.await(
              "two higher ages", Clusters.LONG, () -> number(age(c.data())) >= number(age) + 2);
        });
  }

  private static DemoCluster three(Path root) throws IOException {
    return new DemoCluster(root, PARTITIONS, List.of("-Dtidemark.replication.age-interval=500ms"));
  }

  /// Makes a copy of a node that runs, and leaves it running.
  @FunctionalInterface
  private interface Copying {
    void copy(NodeProcess node, Path to) throws Exception;
  }

  private static void rolledBackUnderLoad(Path root, Copying copying) throws Exception {
    Path kept = root.resolve("kept");
    try (DemoCluster cluster = three(root)) {
      cluster.start();
      NodeProcess a = cluster.nodes().get(0);
      NodeProcess b = cluster.nodes().get(1);
      NodeProcess c = cluster.nodes().get(2);
      try (Load load = new Load(cluster, WRITERS, 2)) {
        KillAnyNodeTest.awaitWrites(cluster, load);
        copying.copy(c, kept);
        cluster.awaitReady(c);
        b.kill();
        KillAnyNodeTest.awaitWrites(cluster, load);
        String before = WipedDiskTest.self(c);
        c.kill();
        putBack(kept, c.data());
        assertThat(WipedDiskTest.self(c)).as("who it was").isEqualTo(before);
        c.start();
        b.start();
        DemoCluster.await(
            "node c to vote again",
            Clusters.LONG,
            () -> isAnotherThan(before, c) && WipedDiskTest.votesEverywhere(cluster, c.id()));
        assertThat(a.isAlive()).isTrue();
        KillAnyNodeTest.awaitWrites(cluster, load);
        load.stop();
        DemoCluster.await("all replicas to catch up", Clusters.LONG, cluster::isQuiet);
        cluster.killAll();
        assertThat(aside(c)).hasSize(LOGS);
        assertThat(load.faults()).as("what clients saw").isEmpty();
        assertThat(Disks.faults(cluster, load)).as("what is on the disks").isEmpty();
      } catch (IllegalStateException e) {
        throw new AssertionError(e.getMessage() + Clusters.state(cluster), e);
      }
    }
  }

  /// Who knows better is not there at first: the node ends when it is, and is recognized the next
  /// time.
  @Test
  void whoIsToldTooLateEndsAndIsRecognizedAtTheNextStart(@TempDir Path root) throws Exception {
    Path kept = root.resolve("kept");
    try (DemoCluster cluster = three(root)) {
      cluster.start();
      NodeProcess c = cluster.nodes().get(2);
      c.kill();
      copy(c.data(), kept);
      c.start();
      cluster.awaitReady(c);
      String before = WipedDiskTest.self(c);
      try {
        DemoCluster.await(
            "the others to remember a higher age",
            Clusters.LONG,
            () -> number(age(c.data())) > number(age(kept)) && isRemembered(c, cluster));
        cluster.killAll();
        putBack(kept, c.data());
        c.start();
        DemoCluster.await(
            "c to go on without the others", Clusters.LONG, () -> says(c, "segments, ends at LSN"));
        cluster.nodes().get(0).start();
        cluster.nodes().get(1).start();
        assertThat(c.exitCode(Duration.ofSeconds(90))).isEqualTo(OptionalInt.of(3));
        assertThat(c.lastLine()).contains("remembers age");
        c.start();
        DemoCluster.await(
            "node c to vote again",
            Clusters.LONG,
            () -> isAnotherThan(before, c) && WipedDiskTest.votesEverywhere(cluster, c.id()));
      } catch (IllegalStateException e) {
        throw new AssertionError(e.getMessage() + Clusters.state(cluster), e);
      }
    }
  }

  private static boolean says(NodeProcess node, String what) {
    try {
      List<String> said = Files.readAllLines(node.log());
      long starts = said.stream().filter(line -> line.contains(what)).count();
      return starts >= 3L * LOGS;
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isAnotherThan(String before, NodeProcess node) {
    try {
      return node.isAlive() && !WipedDiskTest.self(node).equals(before);
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isRemembered(NodeProcess node, DemoCluster cluster) {
    try {
      for (NodeProcess other : cluster.nodes()) {
        if (other != node
            && !Files.readString(other.data().resolve("ages")).contains(age(node.data()))) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static List<Path> aside(NodeProcess node) throws IOException {
    try (Stream<Path> all = Files.list(node.data())) {
      return all.filter(path -> path.getFileName().toString().startsWith("rolled-back-")).toList();
    }
  }

  private static void copy(Path data, Path kept) throws IOException {
    try (Stream<Path> all = Files.walk(data)) {
      for (Path path : all.toList()) {
        Files.copy(path, kept.resolve(data.relativize(path).toString()));
      }
    }
  }

  private static void putBack(Path kept, Path data) throws IOException {
    Trees.delete(data);
    Files.move(kept, data);
  }

  /// Such as `5.0123456789abcdef`.
  private static String age(Path data) {
    try {
      return Files.readAllLines(data.resolve("age")).get(1);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static long number(String age) {
    return Long.parseLong(age.substring(0, age.indexOf('.')));
  }
}
