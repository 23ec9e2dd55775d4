package io.tidemark.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The TLA+ model, its text and the code speak of the same things.
class ModelTest {
  private static final Path MODEL = Path.of("src", "main", "tla");
  private static final List<Path> CODE =
      List.of(
          Path.of("src", "main", "java", "io", "tidemark", "protocol"),
          Path.of("..", "runtime", "src", "main", "java", "io", "tidemark", "runtime"));

  /// `| Message.Vote | .granted | ...`, in the README.
  private static final Pattern KIND =
      Pattern.compile("(?m)^\\| ((?:Message|Event|Effect|MemberChange)\\.\\w+) \\| (.*?) \\|");

  private static final Pattern QUOTED = Pattern.compile("`\\.?(\\w+)`");

  /// `| elections | 2, 1 | 74,342 | ... | holds |`, in the README.
  private static final Pattern SEEN =
      Pattern.compile(
          "(?m)^\\| ([a-z][a-z-]*) \\|.*\\| (holds|fails \\w+|\\*not finished\\*) \\|$");

  private static final Pattern COMMENT = Pattern.compile("(?m)^ *\\(\\*.*");
  private static final Pattern METHOD = Pattern.compile("\\b([A-Z]\\w+)\\.([a-z]\\w+)");

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String model() {
    return read(MODEL.resolve("Tidemark.tla"));
  }

  private static TreeMap<String, String> table(Pattern row) {
    TreeMap<String, String> table = new TreeMap<>();
    row.matcher(read(MODEL.resolve("README.md")))
        .results()
        .forEach(
            found ->
                assertThat(table.put(found.group(1), found.group(2)))
                    .as("second row of %s", found.group(1))
                    .isNull());
    return table;
  }

  private static Stream<String> kindsOf(Class<?> sealed) {
    return Stream.of(sealed.getPermittedSubclasses())
        .map(kind -> sealed.getSimpleName() + "." + kind.getSimpleName());
  }

  @Test
  void whatComesInAndGoesOutIsInTheModelOrSaidNotToBe() {
    List<String> kinds =
        Stream.of(Message.class, Event.class, Effect.class, MemberChange.class)
            .flatMap(ModelTest::kindsOf)
            .toList();
    assertThat(table(KIND)).containsOnlyKeys(kinds);
    assertThat(table(KIND).values())
        .as("a name of the model, or a reason")
        .allMatch(said -> QUOTED.matcher(said).find() || said.startsWith("not: "));
  }

  @Test
  void whatTheTextSaysIsInTheModelIsThere() {
    String model = model();
    table(KIND).values().stream()
        .flatMap(said -> QUOTED.matcher(said).results())
        .map(found -> found.group(1))
        .forEach(
            name ->
                assertThat(model)
                    .containsPattern("(?m)(^%1$s(\\(.*\\))? ==|\\b%1$s +\\|->)".formatted(name)));
  }

  @Test
  void theMethodsThatTheModelNamesExist() {
    COMMENT
        .matcher(model())
        .results()
        .flatMap(comment -> METHOD.matcher(comment.group()).results())
        .forEach(ModelTest::assertExists);
  }

  private static void assertExists(MatchResult found) {
    Path file =
        CODE.stream()
            .map(directory -> directory.resolve(found.group(1) + ".java"))
            .filter(Files::exists)
            .findFirst()
            .orElseThrow(() -> new AssertionError("no class of " + found.group()));
    assertThat(read(file))
        .as(found.group())
        .containsPattern("\\b%s(\\(|;| =)".formatted(found.group(2)));
  }

  @Test
  void eachModelIsInTheTableWithWhatIsExpectedOfIt() throws IOException {
    TreeMap<String, String> expected = new TreeMap<>();
    try (Stream<Path> files = Files.list(MODEL)) {
      files
          .filter(file -> file.toString().endsWith(".cfg"))
          .forEach(
              file ->
                  expected.put(
                      file.getFileName().toString().replace(".cfg", ""),
                      read(file).replaceAll("(?s).*\\\\\\* expect: (.*?)\\n.*", "$1")));
    }
    assertThat(table(SEEN)).containsOnlyKeys(expected.keySet());
    table(SEEN)
        .forEach(
            (name, seen) -> assertThat(seen).as(name).isIn(expected.get(name), "*not finished*"));
  }

  @Test
  void eachPlantedBugIsInTheModel() {
    TreeSet<String> planted = new TreeSet<>();
    Pattern.compile("\"([a-z]+(?:-[a-z]+)+)\"")
        .matcher(model())
        .results()
        .forEach(found -> planted.add(found.group(1)));
    assertThat(table(SEEN).keySet().stream().filter(name -> name.matches("(bad|found)-.*")))
        .map(name -> name.replaceFirst("^(bad|found)-", ""))
        .filteredOn(name -> !name.equals("late-call"))
        .containsExactlyInAnyOrderElementsOf(planted);
  }
}
