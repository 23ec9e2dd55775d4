package io.tidemark.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.node.demo.DemoCluster;
import io.tidemark.node.demo.NodeProcess;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a node will not start with: it says why on its last line, and by its exit code.
class RefusedTest {
  private static final int OTHER = 1;
  private static final int USAGE = 2;
  private static final int REFUSED = 4;
  private static final int VERSION_AT = 8;

  @TempDir private Path root;

  @Test
  void aDirectoryThatIsInUseOrSomebodyElses() throws Exception {
    Path data = Files.createDirectories(root.resolve("a"));
    try (NodeProcess first = Clusters.alone("a", data, "--partitions=2")) {
      first.start();
      Http.awaitReady(first);
      try (NodeProcess second = Clusters.alone("a", data, "--partitions=2")) {
        ends(second, REFUSED, "in use");
      }
      first.stop();
      try (NodeProcess renamed = Clusters.alone("b", data, "--partitions=2")) {
        ends(renamed, REFUSED, "expected 'node=b', found 'node=a'");
      }
      try (NodeProcess split = Clusters.alone("a", data, "--partitions=3")) {
        ends(split, REFUSED, "partitions? |cluster=");
      }
      anotherFormat(data);
    }
  }

  /// The version is under the header's checksum: to change it alone is damage, and the rest of the
  /// log says what a header must be.
  private static void anotherFormat(Path data) throws Exception {
    Path segment = data.resolve("partition-0001/00000000000000000001.segment");
    byte[] before = Files.readAllBytes(segment);
    byte[] patched = before.clone();
    patched[VERSION_AT] = 9;
    Files.write(segment, patched);
    try (NodeProcess older = Clusters.alone("a", data, "--partitions=2")) {
      older.start();
      Http.awaitReady(older);
      Path damaged = segment.resolveSibling(segment.getFileName() + ".damaged");
      assertThat(Files.readAllBytes(damaged)).isEqualTo(patched);
      older.stop();
    }
    byte[] after = Files.readAllBytes(segment);
    assertThat(after[VERSION_AT]).isEqualTo(before[VERSION_AT]);
  }

  @Test
  void aDirectoryOfSomethingElse() throws Exception {
    Path data = Files.createDirectories(root.resolve("photos/2024"));
    try (NodeProcess node = Clusters.alone("a", data.getParent())) {
      ends(node, REFUSED, "not the data of a Tidemark node");
    }
    assertThat(data).isEmptyDirectory();
  }

  @Test
  void anHttpPortThatIsTaken() throws Exception {
    Path data = Files.createDirectories(root.resolve("a"));
    try (ServerSocket taken = new ServerSocket(0, 1, DemoCluster.freePort().getAddress());
        NodeProcess node =
            new NodeProcess(
                "a",
                data,
                new InetSocketAddress(taken.getInetAddress(), taken.getLocalPort()),
                List.of(),
                List.of("--partitions=1"))) {
      ends(node, OTHER, "cannot serve HTTP on .*" + taken.getLocalPort());
    }
  }

  @Test
  void wrongUsage() throws Exception {
    Path data = Files.createDirectories(root.resolve("a"));
    try (NodeProcess node = Clusters.alone("a", data, "--partitions=none")) {
      ends(node, USAGE, "--partitions");
    }
    assertThat(data).isEmptyDirectory();
  }

  private static void ends(NodeProcess node, int code, String why) throws Exception {
    node.start();
    assertThat(node.exitCode(Clusters.LONG)).isEqualTo(OptionalInt.of(code));
    assertThat(node.lastLine()).startsWith("tidemark: ").containsPattern(why);
  }
}
