package io.tidemark.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is done to a process and to its data happens. A shell stands for the node.
final class NodeTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int KILLED = 128 + 9;
  private static final int ENDED = 128 + 15;

  @TempDir private Path directory;
  private final Undo undo = new Undo();
  private Node node;

  @BeforeEach
  void start() throws Exception {
    Files.createDirectory(directory.resolve("data"));
    Files.writeString(directory.resolve("data/file"), "old");
    Path pid = directory.resolve("pid");
    String script = "echo $$ > %s; echo hello >&2; exec sleep 1000".formatted(pid);
    node =
        new Node(
            0,
            new PlainDisk(directory),
            directory.resolve("log"),
            directory.resolve("aeron"),
            InetSocketAddress.createUnresolved("localhost", 1),
            List.of("sh", "-c", script),
            undo);
    node.start();
    Await.until("the node", SOON, () -> node.lastLine().equals("hello"));
  }

  @AfterEach
  void undo() {
    undo.close();
    assertThat(node.isAlive()).isFalse();
  }

  @Test
  void isPausedAndResumed() {
    node.pause();
    Await.until("it to be stopped", SOON, () -> state() == 'T');
    node.resume();
    Await.until("it to go on", SOON, () -> state() != 'T');
  }

  @Test
  void isKilledThoughPaused() throws Exception {
    node.pause();
    node.kill();
    assertThat(node.exitCode(SOON)).isEqualTo(OptionalInt.of(KILLED));
  }

  @Test
  void isToldToEndAndStartedAgain() throws Exception {
    node.stop();
    assertThat(node.exitCode(SOON)).isEqualTo(OptionalInt.of(ENDED));
    int before = node.run();
    node.start();
    assertThat(node.isAlive()).isTrue();
    assertThat(node.run()).isEqualTo(before + 1);
  }

  @Test
  void losesItsDataAndGetsOlderOnes() throws Exception {
    assertThatThrownBy(node::wipe).hasMessage("node a runs");
    node.kill();
    node.keep();
    Files.writeString(directory.resolve("data/file"), "new");
    node.rollBack();
    assertThat(directory.resolve("data/file")).hasContent("old");
    node.wipe();
    assertThat(directory.resolve("data")).doesNotExist();
  }

  /// What `/proc` says behind the name of the program.
  private char state() throws IOException {
    String pid = Files.readString(directory.resolve("pid")).strip();
    String stat = Files.readString(Path.of("/proc", pid, "stat"));
    return stat.charAt(stat.lastIndexOf(')') + 2);
  }
}
