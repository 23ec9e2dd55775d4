package io.tidemark.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.log.Log;
import io.tidemark.log.ReadResult;
import io.tidemark.storage.FileSystemDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `repair`: what is sound is kept as it was, each LSN is kept or named as given up, and the
/// damaged log stays as it is.
final class LogRepairTest {
  private static final int FIRST_BATCH_AT = 8192 + 32;
  private static final int IN_ITS_BODY = FIRST_BATCH_AT + 64 + 20;

  @TempDir private Path root;
  private Path directory;
  private Path salvaged;
  private List<Path> segments;
  private final Map<Long, ReadResult> whole = new HashMap<>();

  @BeforeEach
  void write() throws IOException {
    directory = root.resolve("log");
    salvaged = root.resolve("log.salvaged");
    Samples.write(directory);
    segments = Samples.segments(directory);
    try (Log log = open(directory)) {
      for (long lsn = 1; lsn <= log.appendedLsn(); lsn++) {
        whole.put(lsn, log.read(lsn));
      }
    }
  }

  private static Log open(Path directory) {
    return Log.open(FileSystemDirectory.at(directory), Samples.CONFIG);
  }

  private static Object[] repair(Path directory, String policy, Object... more) {
    List<Object> all =
        new ArrayList<>(
            List.of(
                "repair",
                directory,
                "--give-up-damaged",
                "--json",
                "--segment-mib=1",
                "--policy=" + policy));
    all.addAll(List.of(more));
    return all.toArray();
  }

  private static long baseLsn(Path segment) {
    return Long.parseLong(segment.getFileName().toString().substring(0, 20));
  }

  private Map<String, Integer> bytes() throws IOException {
    Map<String, Integer> bytes = new HashMap<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(f -> !f.endsWith("lock")).toList()) {
        bytes.put(file.getFileName().toString(), Arrays.hashCode(Files.readAllBytes(file)));
      }
    }
    return bytes;
  }

  private List<String> names() throws IOException {
    try (Stream<Path> entries = Files.list(root)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  /// Repairs and checks all that always holds: nothing old is changed, every new log verifies and
  /// opens, holds what it says, as it was, and with what it gives up that is all.
  private List<JsonNode> repaired(String policy) throws IOException {
    Map<String, Integer> before = bytes();
    List<JsonNode> lines = ToolRun.fine(repair(directory, policy)).json();
    assertThat(bytes()).isEqualTo(before);
    JsonNode all = lines.getLast();
    assertThat(all.path("pieces").asInt()).isEqualTo(lines.size() - 1);
    assertThat(all.path("policy").asText()).isEqualTo(policy);
    List<Long> accounted = new ArrayList<>();
    for (JsonNode piece : lines.subList(0, lines.size() - 1)) {
      long first = piece.path("firstLsn").asLong();
      long last = piece.path("lastLsn").asLong();
      LongStream.rangeClosed(first, last).forEach(accounted::add);
      Path log = Path.of(piece.path("directory").asText());
      ToolRun.fine("verify", log);
      holdsTheSame(log, first, last);
    }
    for (JsonNode lost : all.path("givenUp")) {
      LongStream.rangeClosed(lost.path("from").asLong(), lost.path("upto").asLong())
          .forEach(accounted::add);
    }
    assertThat(accounted)
        .containsExactlyInAnyOrderElementsOf(
            LongStream.rangeClosed(1, whole.size()).boxed().toList());
    return lines;
  }

  private void holdsTheSame(Path directory, long first, long last) {
    try (Log log = open(directory)) {
      assertThat(log.firstLsn()).isEqualTo(first);
      assertThat(log.appendedLsn()).isEqualTo(last);
      for (long lsn = first; lsn <= last; lsn++) {
        assertThat(log.read(lsn)).isEqualTo(whole.get(lsn));
      }
      assertThat(log.retention().holders()).containsExactly(Map.entry("reader", 1L));
    }
  }

  @Test
  void whereNothingIsDamagedNothingIsDone() throws IOException {
    for (String policy : List.of("strict", "safe-prefix", "force")) {
      List<JsonNode> lines = ToolRun.fine(repair(directory, policy)).json();
      assertThat(lines).hasSize(1);
      assertThat(lines.getFirst().path("sound").asBoolean()).isTrue();
    }
    Samples.flip(segments.getLast(), 16000);
    assertThat(ToolRun.fine("repair", directory, "--give-up-damaged").out())
        .contains("TORN_TAIL", "nothing is damaged, nothing was done");
    assertThat(names()).containsExactly("log");
  }

  @Test
  void strictGivesNothingUp() throws IOException {
    Samples.flip(segments.get(1), IN_ITS_BODY);
    assertThat(ToolRun.failed(Exit.DAMAGED, repair(directory, "strict")).reason())
        .contains("strict: " + segments.get(1).getFileName() + " at ", "BATCH_BODY");
    assertThat(names()).containsExactly("log");
  }

  @Test
  void aSafePrefixEndsBeforeTheDamage() throws IOException {
    Samples.flip(segments.get(1), IN_ITS_BODY);
    List<JsonNode> lines = repaired("safe-prefix");
    assertThat(lines).hasSize(2);
    assertThat(lines.getFirst().path("directory").asText()).isEqualTo(salvaged.toString());
    assertThat(lines.getFirst().path("appendable").asBoolean()).isFalse();
    assertThat(lines.getFirst().path("lastLsn").asLong()).isEqualTo(baseLsn(segments.get(1)) - 1);
    JsonNode finding = lines.getLast().path("findings").path(0);
    assertThat(finding.path("file").asText()).isEqualTo(segments.get(1).getFileName().toString());
    assertThat(finding.path("kind").asText()).isEqualTo("batch-body");
  }

  @Test
  void forceKeepsWhatIsBehindEveryGap() throws IOException {
    Samples.flip(segments.get(1), IN_ITS_BODY);
    Samples.flip(segments.get(3), IN_ITS_BODY);
    Samples.flip(segments.get(4), 50);
    List<JsonNode> lines = repaired("force");
    assertThat(lines).as("three gaps, four logs").hasSize(5);
    assertThat(lines.get(3).path("appendable").asBoolean()).isTrue();
    for (JsonNode piece : lines.subList(0, 3)) {
      assertThat(piece.path("appendable").asBoolean()).isFalse();
    }
    assertThat(lines.getLast().path("givenUp")).hasSize(3);
    assertThat(lines.getLast().path("givenUp").path(2).path("from").asLong())
        .isEqualTo(baseLsn(segments.get(4)));
    assertThat(names()).hasSize(5).filteredOn(n -> n.startsWith("log.salvaged.from-")).hasSize(3);
  }

  @Test
  void aDamagedFirstHeaderLeavesNoPrefix() throws IOException {
    Samples.flip(segments.getFirst(), 50);
    assertThat(ToolRun.failed(Exit.DAMAGED, repair(directory, "safe-prefix")).reason())
        .contains("only force keeps any");
    assertThat(names()).containsExactly("log");
    List<JsonNode> lines = repaired("force");
    assertThat(lines).hasSize(2);
    assertThat(lines.getFirst().path("firstLsn").asLong()).isEqualTo(baseLsn(segments.get(1)));
    assertThat(lines.getFirst().path("appendable").asBoolean()).isTrue();
  }

  @Test
  void damagedHeadersEverywhereLeaveNothing() throws IOException {
    for (Path segment : segments) {
      Samples.flip(segment, 50);
    }
    assertThat(ToolRun.failed(Exit.DAMAGED, repair(directory, "force")).reason())
        .contains("no batch is sound: ", "HEADER");
    assertThat(names()).containsExactly("log");
  }

  /// A footer, its index, a mark in front of whole batches: no record is in them.
  @ParameterizedTest
  @CsvSource({"12300, safe-prefix", "12300, force", "12288, force", "12370, force", "8200, force"})
  void whatHoldsNoRecordGivesNoneUp(long position, String policy) throws IOException {
    Samples.flip(segments.get(1), position);
    List<JsonNode> lines = repaired(policy);
    if (position > FIRST_BATCH_AT) {
      assertThat(lines).hasSize(2);
      assertThat(lines.getLast().path("givenUp")).isEmpty();
      assertThat(lines.getFirst().path("appendable").asBoolean()).isTrue();
    }
  }

  @Test
  void aDamagedFloorGivesOnlyTheHoldersUp() throws IOException {
    Samples.flip(directory.resolve("floor"), 30);
    List<JsonNode> lines = ToolRun.fine(repair(directory, "safe-prefix")).json();
    assertThat(lines.getLast().path("findings").path(0).path("kind").asText()).isEqualTo("floor");
    assertThat(lines.getLast().path("givenUp")).isEmpty();
    try (Log log = open(salvaged)) {
      assertThat(log.appendedLsn()).isEqualTo(whole.size());
      assertThat(log.retention().holders()).isEmpty();
    }
  }

  @Test
  void aNoteKnowsOfRecordsThatAreLost() throws IOException {
    Samples.flip(segments.getLast(), IN_ITS_BODY);
    List<JsonNode> lines = repaired("safe-prefix");
    assertThat(lines.getFirst().path("appendable").asBoolean()).isFalse();
    assertThat(lines.getLast().path("givenUp").path(0).path("upto").asLong())
        .isEqualTo(whole.size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"log.salvaged", "log.salvaged.from-"})
  void nothingIsWrittenOver(String prefix) throws IOException {
    Samples.flip(segments.get(1), IN_ITS_BODY);
    List<JsonNode> lines =
        ToolRun.fine(repair(directory, "force", "--to", root.resolve("x"))).json();
    String name = prefix.endsWith("-") ? prefix + lines.get(1).path("firstLsn").asLong() : prefix;
    Path inTheWay = Files.createDirectories(root.resolve(name)).resolve("mine");
    Files.writeString(inTheWay, "mine");
    List<String> before = names();
    assertThat(ToolRun.failed(Exit.REFUSED, repair(directory, "force")).reason())
        .contains(name + " is not empty");
    assertThat(inTheWay).hasContent("mine");
    assertThat(names()).as("no part of a repair").isEqualTo(before);
  }

  @Test
  void aPersonIsToldTheSame() throws IOException {
    Samples.flip(segments.get(1), IN_ITS_BODY);
    assertThat(ToolRun.fine("repair", directory, "--give-up-damaged", "--policy=force").out())
        .contains(
            "BATCH_BODY: expected ",
            salvaged + ": LSN 1 to ",
            "must not be appended to",
            "may be appended to",
            "given up: LSN ");
  }
}
