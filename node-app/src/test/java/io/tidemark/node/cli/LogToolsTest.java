package io.tidemark.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.storage.Directory;
import io.tidemark.storage.FileSystemDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the tools show, and what they say to damage, wrong places and wrong words.
final class LogToolsTest {
  @TempDir private Path root;

  private Path sample() {
    Path directory = root.resolve("log");
    Samples.write(directory);
    return directory;
  }

  @Test
  void whatIsSoundIsShownByAllThatRead() throws IOException {
    Path directory = sample();
    List<JsonNode> lines = ToolRun.fine("verify", "--json", directory).json();
    JsonNode all = lines.getLast();
    assertThat(all.path("sound").asBoolean()).isTrue();
    assertThat(all.path("torn").asBoolean()).isFalse();
    assertThat(all.path("log").asText()).isEqualTo("000000000000feed");
    assertThat(all.path("partition").asInt()).isEqualTo(3);
    assertThat(all.path("holders").path("reader").asLong()).isEqualTo(1);
    assertThat(lines).hasSize(Samples.segments(directory).size() + 1);
    long records = lines.stream().limit(lines.size() - 1).mapToLong(LogToolsTest::records).sum();
    assertThat(records).isGreaterThan(300).isEqualTo(records(all));
    assertThat(ToolRun.fine("verify", directory).out()).endsWith("sound\n");
    assertThat(ToolRun.fine("inspect", "--records", directory).out())
        .contains("holder reader from 1", "footer: ", "note 1:", " key 0 ", "codec 2");
    assertThat(ToolRun.fine("inspect", directory).out()).doesNotContain(" key 0 ");
    assertThat(ToolRun.fine("stats", directory).out())
        .contains("compression ", "epoch 8 from LSN", "p99");
  }

  private static long records(JsonNode line) {
    return line.path("records").asLong();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 50, HEADER, 12",
    "1, 8200, MARK, 8192",
    "1, 8234, BATCH_HEADER, 8232",
    "1, 8300, BATCH_BODY, 8288",
    "1, 12400, FOOTER, 12288",
    "-1, 8300, BATCH_BODY, 8288"
  })
  void damageIsNamed(int segment, long position, String kind, long at) throws IOException {
    Path directory = sample();
    List<Path> files = Samples.segments(directory);
    Path file = files.get(segment < 0 ? files.size() + segment : segment);
    Samples.flip(file, position);
    ToolRun text = ToolRun.failed(Exit.DAMAGED, "verify", directory);
    String finding = file.getFileName() + " at " + at + ": " + kind + ": expected ";
    assertThat(text.out()).contains(finding, ", found ", "damaged: ");
    assertThat(text.reason()).startsWith("tidemark: " + finding);
    List<JsonNode> json = ToolRun.failed(Exit.DAMAGED, "verify", "--json", directory).json();
    assertThat(json.getLast().path("sound").asBoolean()).isFalse();
    JsonNode found = json.get(files.indexOf(file)).path("findings").path(0);
    assertThat(found.path("file").asText()).isEqualTo(file.getFileName().toString());
    assertThat(found.path("position").asLong()).isEqualTo(at);
    assertThat(found.path("kind").asText())
        .isEqualTo(kind.toLowerCase(Locale.ROOT).replace('_', '-'));
    assertThat(found.path("damage").asBoolean()).isTrue();
    ToolRun.failed(Exit.DAMAGED, "inspect", directory);
    ToolRun.failed(Exit.DAMAGED, "stats", directory);
    assertThat(ToolRun.failed(Exit.DAMAGED, "dump", directory).out())
        .as("not a whole dump")
        .doesNotContain("{\"end\":");
    assertThat(ToolRun.failed(Exit.DAMAGED, "trim", "--below=9", directory).reason())
        .contains(finding);
  }

  @ParameterizedTest
  @CsvSource({"-1, 16000, TORN_TAIL", "-1, 4100, TORN_NOTE", "1, 4100, TORN_NOTE"})
  void whatACrashLeavesIsNotedAndFine(int segment, long position, String kind) throws IOException {
    Path directory = sample();
    List<Path> files = Samples.segments(directory);
    Samples.flip(files.get(segment < 0 ? files.size() + segment : segment), position);
    assertThat(ToolRun.fine("verify", directory).out())
        .contains("no damage: ", kind)
        .endsWith("sound\n");
    JsonNode all = ToolRun.fine("verify", "--json", directory).json().getLast();
    assertThat(all.path("torn").asBoolean()).isTrue();
    assertThat(ToolRun.fine("dump", directory).out()).contains("{\"end\":");
    ToolRun.fine("trim", "--below=2", directory);
  }

  @Test
  void aMissingSegmentAndADamagedFloorAreNamed() throws IOException {
    Path directory = sample();
    Files.delete(Samples.segments(directory).get(1));
    assertThat(ToolRun.failed(Exit.DAMAGED, "verify", directory).out()).contains("MISSING_SEGMENT");
    Samples.flip(directory.resolve("floor"), 30);
    assertThat(ToolRun.failed(Exit.DAMAGED, "verify", directory).reason())
        .contains("floor at 12: FLOOR: expected checksum ");
  }

  @Test
  void aSegmentOfAnotherLogIsRefused() throws IOException {
    Path directory = sample();
    Path other = root.resolve("other");
    Samples.writeOther(other);
    Path last = Samples.segments(directory).getLast();
    Path stranger = Samples.segments(other).getLast();
    Files.copy(stranger, directory.resolve(stranger.getFileName()));
    assertThat(last.compareTo(directory.resolve(stranger.getFileName()))).isNegative();
    assertThat(ToolRun.of("verify", directory).out()).contains("FOREIGN");
    assertThat(ToolRun.failed(Exit.REFUSED, "repair", "--give-up-damaged", directory).reason())
        .contains(stranger.getFileName().toString());
  }

  @Test
  void trimRespectsHolders() {
    Path directory = root.resolve("log");
    Samples.writeTrimmed(directory);
    assertThat(ToolRun.fine("trim", directory, "--below=100000").out())
        .contains("held by reader from LSN 60 on", "the log begins with LSN ");
    assertThat(ToolRun.fine("trim", directory, "--below=100000").out()).contains("nothing to trim");
    ToolRun.fine("verify", directory);
    assertThat(ToolRun.fine("inspect", directory).out()).contains("holder reader from 60");
  }

  @Test
  void trimDeletesNothingFromItsLsnOn() throws IOException {
    Path directory = root.resolve("log");
    Samples.writeOther(directory);
    int before = Samples.segments(directory).size();
    assertThat(ToolRun.fine("trim", directory, "--below=60").out()).contains("trimmed LSN 1 to ");
    assertThat(Samples.segments(directory).size()).isBetween(2, before - 1);
    assertThat(ToolRun.fine("dump", directory, "--from=60", "--upto=60").out())
        .contains("{\"lsn\":60,");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "verify NONE | is not a directory",
        "verify EMPTY | holds no log",
        "inspect EMPTY | holds no log",
        "stats EMPTY | holds no log",
        "dump EMPTY | holds no log",
        "trim EMPTY --below=1 | holds no log",
        "repair EMPTY --give-up-damaged | holds no log",
        "verify NODE | which --partition?",
        "verify NODE --partition=9 | is not a directory",
        "verify | DIR",
        "verify LOG --xml | --xml",
        "dump LOG --from=0 | --from is at least 1",
        "dump LOG --from=9 --upto=8 | --upto is below --from",
        "dump LOG --since=yesterday | --since is not a time: yesterday",
        "dump LOG --until=99999999999999999999 | --until is not a time",
        "dump LOG --since=+1000000000-12-31T23:59:59Z | --since is not a time",
        "dump LOG --since=5 --until=5 | --until is not after --since",
        "dump LOG --type=0 | --type is 1 to 65535",
        "dump LOG --key=x | --key",
        "load NEW NONE | cannot read",
        "load NEW LOG/floor --segment-mib=0 | --segment-mib is 1 to 1024",
        "repair LOG | --give-up-damaged",
        "repair LOG --give-up-damaged --policy=most | --policy is strict, safe-prefix or force",
        "repair LOG --give-up-damaged --segment-mib=4096 | --segment-mib is 1 to 1024",
        "trim LOG | --below",
        "trim LOG --below=0 | --below is at least 1",
        "bench NONE | DIR is a directory",
        "bench LOG --batches=0 | --batches at least 1"
      })
  void wrongUsageIsSaid(String line) throws IOException {
    sample();
    Files.createDirectories(root.resolve("EMPTY"));
    Files.writeString(Files.createDirectories(root.resolve("NODE")).resolve("node"), "a node");
    String[] parts = line.split(" \\| ");
    String places =
        parts[0].replace("LOG", "log").replaceAll("(NONE|EMPTY|NODE|NEW|log)", root + "/$1");
    ToolRun run = ToolRun.failed(Exit.USAGE, (Object[]) places.split(" "));
    assertThat(run.reason()).contains(parts[1]);
    assertThat(root.resolve("NEW")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"inspect", "verify", "stats", "dump", "load", "repair", "trim", "bench"})
  void everyToolTellsWhatItsOptionsDo(String tool) {
    String help = ToolRun.fine(tool, "--help").out();
    assertThat(help).contains("Usage: tidemark log " + tool, "-h, --help", "DIR");
    assertThat(help.lines().filter(line -> line.matches(" +--[a-z-]+(=[A-Z]+)? *")))
        .as("options without a text")
        .isEmpty();
  }

  @Test
  void whatWritesRefusesALogInUse() throws IOException {
    Path data = Files.createDirectories(root.resolve("data"));
    Files.writeString(data.resolve("node"), "a node");
    Path directory = data.resolve("partition-0003");
    Samples.write(directory);
    Path dump = root.resolve("dump");
    ToolRun.fine("dump", directory, "--out", dump);
    Samples.flip(Samples.segments(directory).get(1), 8300);
    try (Directory.Lock _ = FileSystemDirectory.at(data).lock()) {
      for (List<Object> arguments :
          List.<List<Object>>of(
              List.of("trim", data, "--partition=3", "--below=50"),
              List.of("trim", directory, "--below=50"),
              List.of("repair", data, "--partition=3", "--give-up-damaged"),
              List.of("load", data.resolve("partition-0004"), dump))) {
        assertThat(ToolRun.failed(Exit.REFUSED, arguments.toArray()).reason())
            .contains("directory in use");
      }
      assertThat(ToolRun.failed(Exit.DAMAGED, "verify", data, "--partition=3").out())
          .contains(", in use");
    }
    assertThat(data.resolve("partition-0004")).doesNotExist();
    assertThat(data.resolve("partition-0003.salvaged")).doesNotExist();
  }

  @Test
  void benchLeavesNothing() throws IOException {
    Path directory = sample();
    assertThat(ToolRun.fine("bench", directory, "--batches=5", "--record-bytes=100").out())
        .contains("durability", "file system", "JDK", "append", "read", "verify");
    try (Stream<Path> entries = Files.list(root)) {
      assertThat(entries).containsExactly(directory);
    }
  }
}
