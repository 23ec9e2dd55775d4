package io.tidemark.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What was made is undone, whether the JVM closes it, ends, or is killed.
final class UndoTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir private Path directory;

  /// One that has made two things, and waits for the end of its input.
  static final class Maker {
    private Maker() {}

    public static void main(String[] arguments) throws IOException {
      Path said = Path.of(arguments[0]);
      Undo undo = new Undo();
      for (String thing : List.of("first", "second")) {
        undo.add(() -> say(said, thing));
        undo.afterKill("echo killed, %s >> %s", thing, Undertaker.word(said));
      }
      System.out.println("made");
      if (System.in.read() < 0) {
        System.exit(0);
      }
    }

    private static void say(Path said, String thing) {
      try {
        List<String> lines =
            new ArrayList<>(Files.exists(said) ? Files.readAllLines(said) : List.of());
        lines.add(thing);
        Files.write(said, lines);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Test
  void ofOneThatIsKilled() throws Exception {
    Path said = directory.resolve("said by 'others'");
    maker(said).destroyForcibly().onExit().join();
    Await.until("the undertaker", SOON, () -> lines(said).size() == 2);
    assertThat(lines(said)).containsExactly("killed, second", "killed, first");
  }

  @Test
  void ofOneThatEnds() throws Exception {
    Path said = directory.resolve("said");
    Process maker = maker(said);
    maker.getOutputStream().close();
    assertThat(maker.waitFor()).isZero();
    assertThat(lines(said)).containsExactly("second", "first");
  }

  @Test
  void ofOneThatClosesThoughAStepFails() {
    List<String> steps = new ArrayList<>();
    try (Undo undo = new Undo()) {
      undo.add(() -> steps.add("first"));
      undo.add(
          () -> {
            throw new IllegalStateException("thrown on purpose");
          });
      undo.add(() -> steps.add("third"));
    }
    assertThat(steps).containsExactly("third", "first");
  }

  private static Process maker(Path said) throws IOException {
    Process maker =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Maker.class.getName(),
                said.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(maker.inputReader().readLine()).isEqualTo("made");
    return maker;
  }

  private static List<String> lines(Path said) throws IOException {
    return Files.exists(said) ? Files.readAllLines(said) : List.of();
  }
}
