package io.tidemark.node.tools;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.log.Codec;
import io.tidemark.log.RecordData;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.CRC32C;

/// Reads a dump, checks every line, and shows its batches and records. One thread.
final class DumpReader {
  /// Is shown what the dump holds, in order.
  interface Sink {
    void begin(Start start);

    void record(RecordData record);

    /// The records since the last call are one batch.
    void batch(Start batch, Codec codec);
  }

  /// The first line of a dump, or the line in front of a batch.
  record Start(long logId, int partition, long lsn, int checksum, long epoch, long time) {}

  private final ObjectMapper json = new ObjectMapper();
  private final CRC32C crc = new CRC32C();
  private final Path file;
  private final Sink sink;
  private int lineNumber;
  private long nextLsn;
  private long records;
  private long batches;
  private long left;
  private Optional<Start> current = Optional.empty();
  private Codec codec = Codec.NONE;
  private boolean ended;

  private DumpReader(Path file, Sink sink) {
    this.file = file;
    this.sink = sink;
  }

  /// Throws [DamagedLogException], with the number of the line, where `file` is not a whole dump.
  static void read(Path file, Sink sink) throws IOException {
    DumpReader reader = new DumpReader(file, sink);
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        reader.line(line);
      }
    }
    reader.lineNumber++;
    reader.check(reader.ended, "the last line is missing");
  }

  private void line(String line) {
    lineNumber++;
    check(!ended, "a line behind the last one");
    try {
      JsonNode node = json.readTree(line);
      if (lineNumber == 1) {
        first(node);
      } else if (node.has("batch")) {
        batch(node);
      } else if (node.has("lsn")) {
        record(node);
      } else {
        check(left == 0, "%d records of the batch are missing", left);
        String expected = DumpLines.endLine(records, batches, (int) crc.getValue());
        check(line.equals(expected), "the last line should be %s", expected);
        ended = true;
      }
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw wrong(e.getMessage());
    }
    crc.update((line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private void first(JsonNode node) {
    check(node.path("dump").asInt() == DumpLines.FORMAT, "not the first line of a dump");
    check(node.path("whole").asBoolean(), "a dump of selected records makes no log");
    nextLsn = number(node, "firstLsn");
    Start start =
        new Start(
            Long.parseUnsignedLong(text(node, "log"), 16),
            (int) number(node, "partition"),
            nextLsn,
            Integer.parseUnsignedInt(text(node, "checksum"), 16),
            number(node, "epoch"),
            number(node, "time"));
    current = Optional.of(start);
    sink.begin(start);
  }

  private void batch(JsonNode node) {
    check(left == 0, "%d records of the batch before are missing", left);
    check(number(node, "batch") == nextLsn, "a batch that does not begin with LSN %d", nextLsn);
    left = number(node, "records");
    check(left > 0, "a batch of no records");
    Start before = current.orElseThrow();
    Start now =
        new Start(
            before.logId(),
            before.partition(),
            nextLsn,
            0,
            number(node, "epoch"),
            number(node, "time"));
    check(now.epoch() >= before.epoch() && now.time() >= before.time(), "an earlier batch");
    codec = Codec.valueOf(text(node, "codec").toUpperCase(Locale.ROOT));
    current = Optional.of(now);
    batches++;
  }

  private void record(JsonNode node) {
    Start batch = current.orElseThrow();
    check(left > 0, "a record of no batch");
    check(number(node, "lsn") == nextLsn, "expected LSN %d", nextLsn);
    check(
        number(node, "epoch") == batch.epoch() && number(node, "time") == batch.time(),
        "epoch or time are not those of the batch");
    byte[] value = Base64.getDecoder().decode(text(node, "value"));
    CRC32C computed = new CRC32C();
    computed.update(value);
    String stored = text(node, "crc32c");
    check(
        "%08x".formatted((int) computed.getValue()).equals(stored),
        "the value has checksum %08x, not %s",
        (int) computed.getValue(),
        stored);
    JsonNode key = node.path("key");
    sink.record(
        new RecordData(
            (int) number(node, "type"),
            node.path("optional").asBoolean(),
            key.isNull() ? OptionalLong.empty() : OptionalLong.of(number(node, "key")),
            ByteBuffer.wrap(value)));
    nextLsn++;
    records++;
    left--;
    if (left == 0) {
      sink.batch(batch, codec);
    }
  }

  private long number(JsonNode node, String field) {
    check(node.path(field).canConvertToLong(), "%s is not a number", field);
    return node.path(field).asLong();
  }

  private String text(JsonNode node, String field) {
    check(node.path(field).isTextual(), "%s is not a text", field);
    return node.path(field).asText();
  }

  private void check(boolean condition, String format, Object... values) {
    if (!condition) {
      throw wrong(format.formatted(values));
    }
  }

  private DamagedLogException wrong(String what) {
    return new DamagedLogException("line " + lineNumber + " of " + file + ": " + what);
  }
}
