package io.tidemark.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.log.Log;
import io.tidemark.log.LogConfig;
import io.tidemark.storage.Directory;
import io.tidemark.storage.FileSystemDirectory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Each tool as its user has it: by the command line.
final class LogToolsTest {
  private static final int BATCHES_AT = 8192 + 32;

  @TempDir private Path root;
  private String out = "";
  private String err = "";

  private int run(Object... arguments) {
    ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
    ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
    PrintStream outBefore = System.out;
    PrintStream errBefore = System.err;
    System.setOut(new PrintStream(outBytes, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(errBytes, true, StandardCharsets.UTF_8));
    try {
      List<String> all = new ArrayList<>(List.of("log"));
      for (Object argument : arguments) {
        all.add(argument.toString());
      }
      return Tidemark.run(all.toArray(String[]::new));
    } finally {
      System.setOut(outBefore);
      System.setErr(errBefore);
      out = outBytes.toString(StandardCharsets.UTF_8);
      err = errBytes.toString(StandardCharsets.UTF_8);
    }
  }

  private Path sample() {
    Path directory = root.resolve("log");
    Samples.write(directory);
    return directory;
  }

  @Test
  void whatIsSoundIsShownByAllThatRead() throws IOException {
    Path directory = sample();
    assertThat(run("verify", "--json", directory)).as(err).isZero();
    JsonNode all = new ObjectMapper().readTree(out.lines().toList().getLast());
    assertThat(all.path("sound").asBoolean()).isTrue();
    assertThat(all.path("records").asLong()).isGreaterThan(300);
    assertThat(out.lines().count()).isEqualTo(Samples.segments(directory).size() + 1);
    assertThat(run("inspect", "--records", directory)).isZero();
    assertThat(out).contains("holder reader from 1", "footer: ", "note 1:", " key 0 ", "codec 2");
    assertThat(run("stats", directory)).isZero();
    assertThat(out).contains("compression ", "epoch 8 from LSN", "p99");
  }

  @ParameterizedTest
  @CsvSource({
    "1, 50, HEADER",
    "1, 4100, NOTE",
    "1, 8200, MARK",
    "1, 8234, BATCH_HEADER",
    "1, 8300, BATCH_BODY",
    "1, 12400, FOOTER",
    "-1, 16000, TORN_TAIL"
  })
  void damageIsNamed(int segment, long position, String kind) throws IOException {
    Path directory = sample();
    List<Path> files = Samples.segments(directory);
    Path file = files.get(segment < 0 ? files.size() + segment : segment);
    Samples.flip(file, position);
    assertThat(run("verify", directory)).isEqualTo(Exit.DAMAGED);
    assertThat(out).contains(file.getFileName() + " at ").contains(kind);
    assertThat(err).startsWith("tidemark: " + file.getFileName());
  }

  @Test
  void aMissingSegmentAndADamagedFloorAreNamed() throws IOException {
    Path directory = sample();
    Files.delete(Samples.segments(directory).get(1));
    assertThat(run("verify", directory)).isEqualTo(Exit.DAMAGED);
    assertThat(out).contains("MISSING_SEGMENT");
    Samples.flip(directory.resolve("floor"), 30);
    run("verify", directory);
    assertThat(out).contains("floor at 12: FLOOR");
  }

  @Test
  void aDumpLoadedAndDumpedIsTheSameDump() throws IOException {
    Path directory = root.resolve("log");
    Samples.writeTrimmed(directory);
    Path dump = root.resolve("dump");
    assertThat(run("dump", directory, "--out", dump)).as(err).isZero();
    Path copy = root.resolve("copy");
    assertThat(run("load", copy, dump, "--segment-mib=1")).as(err).isZero();
    assertThat(run("verify", copy)).as(out).isZero();
    assertThat(run("dump", copy, "--out", root.resolve("again"))).isZero();
    assertThat(root.resolve("again")).hasSameBinaryContentAs(dump);
    assertThat(run("load", copy, dump)).as("not empty").isEqualTo(Exit.REFUSED);
    try (Log one = open(directory, Samples.CONFIG);
        Log two = open(copy, LogConfig.defaults(0xFEED, 3))) {
      assertThat(two.firstLsn()).isEqualTo(one.firstLsn());
      assertThat(two.lastChecksum()).as("the same batches").isEqualTo(one.lastChecksum());
    }
  }

  private static Log open(Path directory, LogConfig config) {
    return Log.open(FileSystemDirectory.at(directory), config);
  }

  @Test
  void aSpoiltDumpIsRefusedByLineAndLeavesNothing() throws IOException {
    Path dump = root.resolve("dump");
    run("dump", sample(), "--out", dump);
    List<String> lines = Files.readAllLines(dump);
    Path copy = root.resolve("copy");
    for (int spoilt : new int[] {0, 1, 2, 50, lines.size() - 1}) {
      List<String> other = new ArrayList<>(lines);
      other.set(spoilt, lines.get(spoilt).replaceFirst("[0-9]+(?=[^0-9]*$)", "77"));
      Files.write(dump, other);
      assertThat(run("load", copy, dump)).isEqualTo(Exit.DAMAGED);
      assertThat(err).contains("line ");
    }
    Files.write(dump, lines.subList(0, lines.size() - 1));
    assertThat(run("load", copy, dump)).isEqualTo(Exit.DAMAGED);
    assertThat(err).contains("line " + lines.size(), "the last line is missing");
    assertThat(copy).doesNotExist();
    assertThat(root.resolve("copy.unfinished")).doesNotExist();
  }

  @Test
  void aDumpOfSelectedRecordsMakesNoLog() throws IOException {
    Path dump = root.resolve("dump");
    assertThat(run("dump", sample(), "--from=20", "--upto=40", "--key=2", "--out", dump)).isZero();
    List<String> records =
        Files.readAllLines(dump).stream().filter(line -> line.startsWith("{\"lsn\"")).toList();
    assertThat(records).isNotEmpty().allMatch(line -> line.contains("\"key\":2,"));
    assertThat(run("load", root.resolve("copy"), dump)).isEqualTo(Exit.DAMAGED);
    assertThat(err).contains("line 1 ", "selected records");
  }

  @Test
  void repairKeepsWhatItsPolicySays() throws IOException {
    Path directory = sample();
    damage(directory);
    assertThat(run("repair", directory)).isEqualTo(Exit.USAGE);
    assertThat(repair(directory, "strict")).isEqualTo(Exit.DAMAGED);
    assertThat(root.resolve("log.salvaged")).doesNotExist();
    assertThat(repair(directory, "safe-prefix")).as(err).isZero();
    assertThat(out).contains("appendable=false", "given up: ");
    assertThat(run("verify", root.resolve("log.salvaged"))).as(out).isZero();
    assertThat(
            run(
                "repair",
                directory,
                "--give-up-damaged",
                "--policy=force",
                "--to",
                root.resolve("forced")))
        .as(err)
        .isZero();
    List<String> pieces = out.lines().filter(line -> line.startsWith("Piece")).toList();
    assertThat(pieces).hasSize(2).last().asString().contains("appendable=true");
    try (var entries = Files.list(root)) {
      Path behind =
          entries.filter(p -> p.toString().contains("forced.from-")).findFirst().orElseThrow();
      assertThat(run("verify", behind)).as(out).isZero();
      try (Log log = open(behind, Samples.CONFIG.withSizes(1 << 20, 4096));
          Log whole = open(damage(directory), Samples.CONFIG)) {
        assertThat(log.appendedLsn()).isEqualTo(whole.appendedLsn());
        assertThat(log.lastChecksum()).isEqualTo(whole.lastChecksum());
        assertThat(log.read(log.firstLsn())).isEqualTo(whole.read(log.firstLsn()));
      }
    }
  }

  private int repair(Path directory, String policy) {
    return run("repair", directory, "--give-up-damaged", "--policy=" + policy);
  }

  /// Turns a bit, or turns it back.
  private static Path damage(Path directory) throws IOException {
    Samples.flip(Samples.segments(directory).get(1), BATCHES_AT + 100);
    return directory;
  }

  @Test
  void trimRespectsHolders() throws IOException {
    Path directory = root.resolve("log");
    Samples.writeTrimmed(directory);
    assertThat(run("trim", directory, "--below=100000")).as(err).isZero();
    assertThat(run("verify", directory)).isZero();
    assertThat(run("inspect", directory)).isZero();
    assertThat(out).contains("holder reader from 60");
  }

  @Test
  void aLogInUseIsReadAndNotWritten() throws IOException {
    Path data = Files.createDirectories(root.resolve("data"));
    Files.writeString(data.resolve("node"), "a node");
    Path directory = data.resolve("partition-0003");
    Samples.write(directory);
    try (Directory.Lock _ = FileSystemDirectory.at(data).lock();
        Log log = open(directory, Samples.CONFIG)) {
      List<Path> files = Samples.segments(directory);
      Samples.flip(files.getLast(), 12280);
      assertThat(log.appendedLsn()).isPositive();
      assertThat(run("verify", data, "--partition=3")).as(out).isZero();
      assertThat(out).contains("in use");
      assertThat(run("trim", data, "--partition=3", "--below=50")).isEqualTo(Exit.REFUSED);
      assertThat(err).contains("in use");
      assertThat(run("repair", directory, "--give-up-damaged")).isEqualTo(Exit.REFUSED);
    }
    assertThat(run("verify", data)).isEqualTo(Exit.USAGE);
    assertThat(run("verify", data, "--partition=9")).isEqualTo(Exit.USAGE);
  }

  @Test
  void benchLeavesNothing() throws IOException {
    Path directory = sample();
    assertThat(run("bench", directory, "--batches=5")).as(err).isZero();
    assertThat(out).contains("durability", "file system", "JDK", "append", "read", "verify");
    try (var entries = Files.list(root)) {
      assertThat(entries).containsExactly(directory);
    }
  }
}
