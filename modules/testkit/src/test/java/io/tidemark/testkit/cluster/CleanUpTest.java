package io.tidemark.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.testkit.packets.Treatment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Of networks and disks nothing is left on the machine.
final class CleanUpTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir private Path directory;

  /// One that has made all there is, with faults that last, and waits for the end of its input.
  static final class Maker {
    private Maker() {}

    public static void main(String[] arguments) throws IOException {
      try (Undo undo = new Undo()) {
        Namespaces network = new Namespaces(2, undo);
        network.cut(0, 1);
        network.treat(1, 0, Treatment.NONE);
        Path home = Files.createDirectory(Path.of(arguments[0]).resolve("home"));
        LoopDisk disk = LoopDisk.create(home, true, undo);
        disk.server().orElseThrow().stall();
        System.out.println("made");
        System.in.read();
      }
    }
  }

  @BeforeEach
  void needs() {
    Needs.forTreatments().or(Needs::forFaultyDisks).ifPresent(Assumptions::abort);
  }

  @Test
  void ofOneThatCloses() throws Exception {
    Process maker = maker();
    assertThat(left(maker.pid())).hasSizeGreaterThanOrEqualTo(6);
    maker.getOutputStream().close();
    assertThat(maker.waitFor()).isZero();
    assertThat(left(maker.pid())).isEmpty();
  }

  @Test
  void ofOneThatIsKilled() throws Exception {
    Process maker = maker();
    maker.destroyForcibly().onExit().join();
    Await.until("the undertaker", SOON, () -> left(maker.pid()).isEmpty());
  }

  private Process maker() throws IOException {
    Process maker =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Maker.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(maker.inputReader().readLine()).isEqualTo("made");
    return maker;
  }

  /// Links, namespaces, mounts, loop devices, and processes that serve them.
  private List<String> left(long maker) throws IOException {
    String name = "tm%dx".formatted(maker);
    List<String> left = new ArrayList<>();
    for (String all :
        List.of(
            Tool.must("ip", "-o", "link"),
            Tool.must("ip", "netns", "list"),
            Files.readString(Path.of("/proc/mounts")),
            Tool.must("losetup", "-a"),
            commandLines())) {
      all.lines()
          .filter(line -> line.contains(name) || line.contains(directory + "/home"))
          .forEach(left::add);
    }
    return left;
  }

  private static String commandLines() {
    return ProcessHandle.allProcesses()
        .map(process -> process.info().commandLine().orElse(""))
        .collect(Collectors.joining("\n"));
  }
}
