package io.tidemark.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.Main;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Style that a machine can check, over the sources of every module.
///
/// `mvn test -pl node-app -am -Dtest=SourceStyleTest -Dsurefire.failIfNoSpecifiedTests=false
/// -Dtidemark.format=write` formats everything instead.
final class SourceStyleTest {
  private static final int MAX_LINES = 400;
  private static final Pattern SLEEP = Pattern.compile("Thread\\.sleep\\(");
  private static final Pattern LEFT_FOR_LATER = Pattern.compile("TO" + "DO|FIX" + "ME|XX" + "X");
  private static final Pattern SWITCHED_OFF = Pattern.compile("@Dis" + "abled|@Ign" + "ore");

  @Test
  void isFormatted() throws Exception {
    boolean write = "write".equals(System.getProperty("tidemark.format"));
    List<String> arguments = new ArrayList<>(List.of(write ? "--replace" : "--dry-run"));
    sources().forEach(source -> arguments.add(source.toString()));
    StringWriter unformatted = new StringWriter();
    new Main(
            new PrintWriter(unformatted),
            new PrintWriter(unformatted),
            InputStream.nullInputStream())
        .format(arguments.toArray(String[]::new));
    assertThat(unformatted.toString()).as("not formatted as google-java-format does").isEmpty();
  }

  @Test
  void filesCanBeHeldInTheHead() throws IOException {
    for (Path source : sources()) {
      assertThat(Files.readAllLines(source)).as(source.toString()).hasSizeLessThan(MAX_LINES);
    }
  }

  @Test
  void nothingIsLeftForLaterOrSwitchedOff() throws IOException {
    assertThat(matching(LEFT_FOR_LATER)).isEmpty();
    assertThat(matching(SWITCHED_OFF)).isEmpty();
  }

  @Test
  void nobodyWaitsBySleeping() throws IOException {
    assertThat(matching(SLEEP).stream().filter(p -> !p.endsWith("SourceStyleTest.java"))).isEmpty();
  }

  private static List<Path> matching(Pattern pattern) throws IOException {
    List<Path> found = new ArrayList<>();
    for (Path source : sources()) {
      if (pattern.matcher(Files.readString(source)).find()) {
        found.add(source);
      }
    }
    return found;
  }

  /// Every Java source of the repository; surefire runs in the module's directory.
  private static List<Path> sources() throws IOException {
    Path root = Path.of("..").toRealPath();
    assertThat(root.resolve("pom.xml")).exists();
    try (Stream<Path> files = Files.walk(root)) {
      List<Path> sources =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .filter(file -> !file.toString().contains("/target/"))
              .toList();
      assertThat(sources).hasSizeGreaterThan(100);
      return sources;
    }
  }
}
