package io.tidemark.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.log.verify.Verification;
import io.tidemark.node.demo.DemoCluster;
import io.tidemark.node.demo.NodeProcess;
import io.tidemark.node.demo.SegmentReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Bits of the nodes' files are turned while they are down: what their peers have they get back; a
/// replica that cannot prove what it had, or promised, is replaced by another on its node, which
/// goes on; and what a node cannot go on without it says, stays down, and changes nothing.
class FlippedBitTest {
  private static final int DAMAGED = 3;
  private static final int FRAMES_AT = 8192;
  private static final int RECORDS = 60;
  private static final int BALLOT_SLOT_BYTES = 4096;

  /// The last byte of a segment's first block.
  private static final long LAST_OF_HEADER = 4095;

  @Test
  void whatIsProvenIsMendedAndWhatIsNotIsReplaced(@TempDir Path root) throws Exception {
    try (DemoCluster cluster = Clusters.three(root, 1)) {
      cluster.start();
      try {
        damaged(cluster);
      } catch (IllegalStateException e) {
        throw new AssertionError(e.getMessage() + Clusters.state(cluster), e);
      }
    }
  }

  private static void damaged(DemoCluster cluster) throws Exception {
    write(cluster.mostLeading().node(), "all");
    threeDamagedReplicasMendEachOther(cluster);
    NodeProcess leader = cluster.mostLeading().node();
    NodeProcess victim =
        cluster.nodes().stream().filter(node -> node != leader).findFirst().orElseThrow();
    write(leader, "all");
    victim.stop();
    Path directory = Disks.directory(victim, 0);
    Path segment = only(directory, ".segment");
    isReplaced(cluster, victim, segment, lastBatchAt(segment) + 20);
    write(leader, "quorum");

    Path ballot = directory.resolve("ballot");
    long slot = isZero(ballot, BALLOT_SLOT_BYTES) ? 0 : BALLOT_SLOT_BYTES;
    isReplaced(cluster, victim, ballot, slot + 16);
    refusesDamage(victim, victim.data().resolve("node"), 20, "is damaged");

    write(leader, "quorum");
    victim.start();
    cluster.awaitReady(victim);
    DemoCluster.await("all replicas to catch up", Clusters.LONG, cluster::isQuiet);
    cluster.killAll();
    assertThat(SegmentReader.difference(Disks.replicas(cluster, 0))).isEmpty();
    assertThat(SegmentReader.read(directory).lastLsn()).isGreaterThan(4 * RECORDS);
  }

  /// Each of three has lost another record, and one of them also the header in front of them all:
  /// there is no whole replica, no leader, and nobody to help.
  private static void threeDamagedReplicasMendEachOther(DemoCluster cluster) throws Exception {
    for (NodeProcess node : cluster.nodes()) {
      node.stop();
    }
    int quarter = 0;
    for (NodeProcess node : cluster.nodes()) {
      Path segment = only(Disks.directory(node, 0), ".segment");
      flip(segment, FRAMES_AT + (writtenBytes(node) - FRAMES_AT) / 4 * ++quarter - 40);
    }
    flip(only(Disks.directory(cluster.nodes().getLast(), 0), ".segment"), LAST_OF_HEADER);
    for (NodeProcess node : cluster.nodes()) {
      node.start();
    }
    for (NodeProcess node : cluster.nodes()) {
      cluster.awaitReady(node);
      only(Disks.directory(node, 0), ".segment.damaged");
    }
  }

  private static long writtenBytes(NodeProcess node) {
    return Verification.of(Disks.directory(node, 0), false).segments().getLast().writtenBytes();
  }

  /// Where the last batch of `segment` begins.
  private static long lastBatchAt(Path segment) throws IOException {
    String bytes = Files.readString(segment, StandardCharsets.ISO_8859_1);
    return (long) bytes.lastIndexOf("BTCH") - Integer.BYTES;
  }

  private static void write(NodeProcess leader, String level) throws IOException {
    try (RawHttp connection = new RawHttp(leader.http(), Clusters.LONG)) {
      for (int i = 0; i < RECORDS; i++) {
        connection.send("POST", "/v1/partitions/0/records?ack=" + level, new byte[100]);
        assertThat(connection.answer().status()).isEqualTo(200);
      }
    }
  }

  /// Turns the bit of a file of partition 0 and starts the node: it stays up, and another replica
  /// comes in the place of that one, whose files are kept. Then stops it.
  private static void isReplaced(DemoCluster cluster, NodeProcess node, Path file, long position)
      throws Exception {
    String before = WipedDiskTest.self(node);
    List<Path> kept = kept(node);
    flip(file, position);
    byte[] damaged = Files.readAllBytes(file);
    node.start();
    cluster.awaitReady(node);
    DemoCluster.await(
        "another replica in the place of " + before,
        Clusters.LONG,
        () -> kept(node).size() > kept.size());
    DemoCluster.await(
        node.id() + " to vote again",
        Clusters.LONG,
        () -> WipedDiskTest.votesEverywhere(cluster, node.id()));
    assertThat(WipedDiskTest.self(node)).isNotEqualTo(before);
    node.stop();
    List<Path> now = new ArrayList<>(kept(node));
    now.removeAll(kept);
    assertThat(now).hasSize(1);
    assertThat(Files.readAllBytes(now.getFirst().resolve(file.getFileName()))).isEqualTo(damaged);
  }

  private static List<Path> kept(NodeProcess node) {
    try (Stream<Path> children = Files.list(node.data())) {
      return children
          .filter(child -> child.getFileName().toString().startsWith("damaged-"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Turns the bit, starts the node, and turns the bit back.
  private static void refusesDamage(NodeProcess node, Path file, long position, String where)
      throws Exception {
    flip(file, position);
    byte[] damaged = Files.readAllBytes(file);
    List<Path> names = names(node.data());
    node.start();
    assertThat(node.exitCode(Clusters.LONG)).isEqualTo(OptionalInt.of(DAMAGED));
    assertThat(node.lastLine())
        .startsWith("tidemark: ")
        .contains(file.getFileName().toString())
        .containsPattern(where);
    assertThat(Files.readAllBytes(file)).isEqualTo(damaged);
    assertThat(names(node.data())).isEqualTo(names);
    assertThat(node.aeronDirectory()).doesNotExist();
    flip(file, position);
  }

  private static void flip(Path file, long position) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(position);
      int old = bytes.read();
      bytes.seek(position);
      bytes.write(old ^ 0x10);
    }
  }

  private static boolean isZero(Path file, int position) throws IOException {
    return Files.readAllBytes(file)[position] == 0;
  }

  private static List<Path> names(Path data) throws IOException {
    try (Stream<Path> files = Files.walk(data)) {
      return files.sorted().toList();
    }
  }

  private static Path only(Path directory, String suffix) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> found = files.filter(file -> file.toString().endsWith(suffix)).toList();
      assertThat(found).hasSize(1);
      return found.getFirst();
    }
  }
}
