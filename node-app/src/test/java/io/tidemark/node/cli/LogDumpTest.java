package io.tidemark.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.log.Log;
import io.tidemark.log.LogConfig;
import io.tidemark.storage.FileSystemDirectory;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `dump`, its selections, and `load`: the same log again, or a reason with a line's number.
final class LogDumpTest {
  private static final long FIRST_MICROS = 1_700_000_000_000_000L;

  @TempDir private Path root;
  private Path directory;
  private Path dump;
  private Path copy;

  @BeforeEach
  void name() {
    directory = root.resolve("log");
    dump = root.resolve("dump");
    copy = root.resolve("copy");
  }

  @Test
  void aDumpLoadedIsTheSameLog() throws IOException {
    Samples.writeTrimmed(directory);
    assertThat(ToolRun.fine("dump", directory, "--out", dump).out()).contains("dumped ");
    assertThat(ToolRun.fine("dump", directory).out()).isEqualTo(Files.readString(dump));
    ToolRun.fine("load", copy, dump, "--segment-mib=1");
    ToolRun.fine("verify", copy);
    ToolRun.fine("dump", copy, "--out", root.resolve("again"));
    assertThat(root.resolve("again")).hasSameBinaryContentAs(dump);
    try (Log one = open(directory, Samples.CONFIG);
        Log two = open(copy, LogConfig.defaults(0xFEED, 3))) {
      assertThat(two.firstLsn()).isEqualTo(one.firstLsn()).isGreaterThan(1);
      assertThat(two.lastChecksum()).as("the same batches").isEqualTo(one.lastChecksum());
      assertThat(two.lastTimeMicros()).isEqualTo(one.lastTimeMicros());
      for (long lsn = one.firstLsn(); lsn <= one.appendedLsn(); lsn++) {
        assertThat(two.read(lsn)).isEqualTo(one.read(lsn));
      }
    }
  }

  private static Log open(Path directory, LogConfig config) {
    return Log.open(FileSystemDirectory.at(directory), config);
  }

  @Test
  void anEmptyLogCanBeDumpedAndLoaded() throws IOException {
    open(directory, Samples.CONFIG).close();
    ToolRun.fine("dump", directory, "--out", dump);
    assertThat(Files.readAllLines(dump)).hasSize(2);
    ToolRun.fine("load", copy, dump);
    assertThat(ToolRun.fine("verify", copy).out()).contains(" 0 records");
  }

  @Test
  void nothingIsWrittenOver() throws IOException {
    Samples.write(directory);
    Files.writeString(dump, "mine");
    assertThat(ToolRun.failed(Exit.REFUSED, "dump", directory, "--out", dump).reason())
        .contains("is there already");
    assertThat(dump).hasContent("mine");
    Path other = root.resolve("other");
    ToolRun.fine("dump", directory, "--out", other);
    assertThat(ToolRun.failed(Exit.REFUSED, "load", directory, other).reason())
        .contains("is not empty");
    ToolRun.fine("verify", directory);
    Samples.flip(Samples.segments(directory).get(1), 8300);
    ToolRun.failed(Exit.DAMAGED, "dump", directory, "--out", root.resolve("part"));
    assertThat(names()).containsExactlyInAnyOrder("log", "dump", "other");
  }

  private List<String> names() throws IOException {
    try (Stream<Path> entries = Files.list(root)) {
      return entries.map(entry -> entry.getFileName().toString()).toList();
    }
  }

  static Stream<Selected> selections() {
    return Stream.of(
        new Selected("--from=20", record -> number(record, "lsn") >= 20),
        new Selected("--upto=40", record -> number(record, "lsn") <= 40),
        new Selected("--from=33 --upto=33", record -> number(record, "lsn") == 33),
        new Selected("--key=2", record -> record.path("key").asText().equals("2")),
        new Selected("--type=1", record -> number(record, "type") == 1),
        new Selected("--type=257", record -> number(record, "type") == 257),
        new Selected(
            "--since=" + (FIRST_MICROS + 7), record -> number(record, "time") >= FIRST_MICROS + 7),
        new Selected(
            "--until=2023-11-14T22:13:20.000007Z",
            record -> number(record, "time") < FIRST_MICROS + 7),
        new Selected(
            "--since=2023-11-14T22:13:20.000003Z --until=%d --type=258 --from=9 --upto=100"
                .formatted(FIRST_MICROS + 30),
            record ->
                number(record, "time") >= FIRST_MICROS + 3
                    && number(record, "time") < FIRST_MICROS + 30
                    && number(record, "type") == 258
                    && number(record, "lsn") >= 9
                    && number(record, "lsn") <= 100));
  }

  record Selected(String options, Predicate<JsonNode> wanted) {}

  private static long number(JsonNode record, String field) {
    return record.path(field).asLong();
  }

  @ParameterizedTest
  @MethodSource("selections")
  void whatIsSelectedIsDumped(Selected selected) throws IOException {
    Samples.write(directory);
    List<JsonNode> all = records(ToolRun.fine("dump", directory));
    List<Object> arguments = new ArrayList<>(List.of("dump", directory));
    arguments.addAll(List.of(selected.options().split(" ")));
    ToolRun run = ToolRun.fine(arguments.toArray());
    List<JsonNode> expected = all.stream().filter(selected.wanted()).toList();
    assertThat(expected).isNotEmpty().hasSizeLessThan(all.size());
    assertThat(records(run)).isEqualTo(expected);
    assertThat(number(run.json().getLast(), "end")).isEqualTo(expected.size());
    Files.writeString(dump, run.out());
    assertThat(ToolRun.failed(Exit.DAMAGED, "load", copy, dump).reason())
        .contains("line 1 of ", "selected records");
  }

  private static List<JsonNode> records(ToolRun run) {
    return run.json().stream().filter(line -> line.has("lsn")).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"dump", "verify", "inspect", "stats"})
  void whatCannotBePrintedIsAnError(String tool) {
    Samples.write(directory);
    PrintStream before = System.out;
    System.setOut(new PrintStream(new FullDisk(), true, StandardCharsets.UTF_8));
    try {
      assertThat(Tidemark.run("log", tool, directory.toString())).isEqualTo(Exit.OTHER);
    } finally {
      System.setOut(before);
    }
  }

  private static final class FullDisk extends OutputStream {
    @Override
    public void write(int value) throws IOException {
      throw new IOException("No space left on device");
    }
  }

  @Test
  void nothingSelectedIsAWholeDumpOfNothing() {
    Samples.write(directory);
    assertThat(
            ToolRun.fine("dump", directory, "--from=100000").json().getLast().path("end").asInt())
        .isZero();
  }

  @Test
  void everySpoiltLineIsRefusedByItsNumber() throws IOException {
    Samples.write(directory);
    ToolRun.fine("dump", directory, "--out", dump);
    List<String> lines = Files.readAllLines(dump);
    for (int spoilt : new int[] {0, 1, 2, 50, lines.size() - 1}) {
      List<String> other = new ArrayList<>(lines);
      other.set(spoilt, lines.get(spoilt).replaceFirst("[0-9]+(?=[^0-9]*$)", "77"));
      refused(other, "line ");
      refused(without(lines, spoilt), "line ");
    }
    refused(lines.subList(0, lines.size() - 1), "line " + lines.size() + " ");
    refused(List.of(), "line 1 ");
  }

  private static List<String> without(List<String> lines, int line) {
    List<String> other = new ArrayList<>(lines);
    other.remove(line);
    return other;
  }

  private void refused(List<String> lines, String reason) throws IOException {
    Files.write(dump, lines);
    assertThat(ToolRun.failed(Exit.DAMAGED, "load", copy, dump).reason())
        .contains(reason, dump.toString());
    assertThat(copy).doesNotExist();
    assertThat(root.resolve("copy.unfinished")).doesNotExist();
  }

  /// Lines made up by hand, with a last line that fits them.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "3 | not json | not JSON",
        "3 | {\"lsn\":1 | not JSON",
        "3 | [1] | not an object",
        "3 | `` | not an object",
        "3 | RECORD RECORD | not JSON",
        "3 | {\"what\":1} | neither a batch, a record nor the last line",
        "3 | {\"lsn\":2,\"epoch\":1} | expected LSN 1, found 2",
        "3 | RECORD/\"epoch\":1/\"epoch\":2 | epoch or time",
        "3 | RECORD/\"type\":1/\"type\":0 | record type 0",
        "3 | RECORD/\"type\":1/\"type\":70000 | record type 70000",
        "3 | RECORD/\"type\":1/\"type\":4294967297 | type is 4294967297",
        "3 | RECORD/\"type\":1/\"type\":1.5 | type is not a whole number",
        "3 | RECORD/false/\"no\" | optional is neither",
        "3 | RECORD/\"key\":null/\"key\":\"x\" | key is not a whole number",
        "3 | RECORD/aGlnaA==/aGln!A== | line 3",
        "3 | RECORD/aGlnaA==/aGln | the value has checksum",
        "3 | RECORD/aGlnaA==/\\u00e4 | line 3",
        "3 | RECORD/\"lsn\":1/\"lsn\":1,\"lsn\":1 | not JSON",
        "2 | {\"batch\":1,\"records\":0,\"epoch\":1,\"time\":5,\"codec\":\"none\"} | a batch of 0",
        "2 | {\"batch\":2,\"records\":1,\"epoch\":1,\"time\":5,\"codec\":\"none\"} | from LSN 1,"
            + " found 2",
        "2 | {\"batch\":1,\"records\":1,\"epoch\":-1,\"time\":5,\"codec\":\"none\"} | epoch -1",
        "2 | {\"batch\":1,\"records\":1,\"epoch\":1,\"time\":5,\"codec\":\"rar\"} | RAR",
        "2 | {\"batch\":1,\"records\":2,\"epoch\":1,\"time\":5,\"codec\":\"none\"} | records of the"
            + " batch",
        "1 | {\"dump\":2} | not the first line of a dump",
        "1 | FIRST/\"log\":\"0000000000000007\"/\"log\":\"0000000000000000\" | log id 0",
        "1 | FIRST/\"firstLsn\":1/\"firstLsn\":0 | firstLsn is 0",
        "1 | FIRST/\"partition\":0/\"partition\":-1 | partition is -1",
        "1 | FIRST/00000000\"/xyz\" | line 1"
      })
  void aLineThatIsNoneIsRefused(int number, String line, String reason) throws IOException {
    List<String> lines = new ArrayList<>(List.of(FIRST, BATCH, RECORD));
    lines.set(number - 1, edited(line));
    lines.add("{\"end\":1,\"batches\":1,\"crc32c\":\"%08x\"}".formatted(crc(lines)));
    Files.write(dump, lines);
    ToolRun run = ToolRun.failed(Exit.DAMAGED, "load", copy, dump);
    assertThat(run.reason()).contains(reason).containsPattern("line [1-4] of ");
    assertThat(names()).containsExactly("dump");
  }

  private static final String FIRST =
      "{\"dump\":1,\"log\":\"0000000000000007\",\"partition\":0,\"firstLsn\":1,"
          + "\"checksum\":\"00000000\",\"epoch\":0,\"time\":0,\"whole\":true}";
  private static final String BATCH =
      "{\"batch\":1,\"records\":1,\"epoch\":1,\"time\":5,\"codec\":\"none\"}";
  private static final String RECORD =
      "{\"lsn\":1,\"epoch\":1,\"time\":5,\"type\":1,\"optional\":false,\"key\":null,"
          + "\"value\":\"aGlnaA==\",\"crc32c\":\"%08x\"}".formatted(crcOf("high"));

  private static String edited(String line) {
    String[] parts = line.split("/");
    String whole = parts[0].replace("RECORD", RECORD).replace("FIRST", FIRST);
    return parts.length < 3 ? whole : whole.replace(parts[1], parts[2]);
  }

  private static int crc(List<String> lines) {
    return crcOf(String.join("\n", lines) + "\n");
  }

  private static int crcOf(String text) {
    CRC32C crc = new CRC32C();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return (int) crc.getValue();
  }

  @Test
  void whatIsMadeUpByHandAndRightIsLoaded() throws IOException {
    List<String> lines = new ArrayList<>(List.of(FIRST, BATCH, RECORD));
    lines.add("{\"end\":1,\"batches\":1,\"crc32c\":\"%08x\"}".formatted(crc(lines)));
    Files.write(dump, lines);
    ToolRun.fine("load", copy, dump);
    assertThat(ToolRun.fine("dump", copy).out()).isEqualTo(Files.readString(dump));
  }
}
