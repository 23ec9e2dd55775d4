package io.tidemark.node.tools;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tidemark.log.Codec;
import io.tidemark.log.LogConfig;
import io.tidemark.log.RecordData;
import io.tidemark.log.Stamp;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
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

  /// As long as the record can be that a batch takes.
  private static final int MAX_LINE_BYTES = LogConfig.MAX_BATCH_BYTES / 3 * 4 + 1024;

  private final ObjectMapper json =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxStringLength(MAX_LINE_BYTES).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();
  private final byte[] buffer = new byte[1 << 16];
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private int next;
  private int filled;
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
    try (InputStream bytes = Files.newInputStream(file)) {
      while (reader.nextLine(bytes)) {
        reader.line();
      }
    }
    reader.lineNumber++;
    reader.check(reader.ended, "the last line is missing");
  }

  /// Reads the next line; false behind the last.
  private boolean nextLine(InputStream bytes) throws IOException {
    line.reset();
    boolean ends = false;
    while (!ends && fill(bytes)) {
      int from = next;
      while (next < filled && buffer[next] != '\n') {
        next++;
      }
      line.write(buffer, from, next - from);
      ends = next < filled;
      next += ends ? 1 : 0;
      check(line.size() <= MAX_LINE_BYTES, "more than %d bytes after this line", MAX_LINE_BYTES);
    }
    boolean isThere = ends || line.size() > 0;
    lineNumber += isThere ? 1 : 0;
    return isThere;
  }

  private boolean fill(InputStream bytes) throws IOException {
    if (next == filled) {
      next = 0;
      filled = Math.max(0, bytes.read(buffer));
    }
    return filled > 0;
  }

  private void line() {
    check(!ended, "a line behind the last one");
    String text = line.toString(StandardCharsets.UTF_8);
    try {
      JsonNode node = json.readTree(text);
      check(node.isObject(), "not an object of JSON");
      if (lineNumber == 1) {
        first(node);
      } else if (node.has("batch")) {
        batch(node);
      } else if (node.has("lsn")) {
        record(node);
      } else {
        end(node, text);
      }
    } catch (JsonProcessingException e) {
      throw wrong("not JSON: " + e.getOriginalMessage());
    } catch (IllegalArgumentException e) {
      throw wrong(e.getMessage());
    }
    line.write('\n');
    crc.update(line.toByteArray());
  }

  private void end(JsonNode node, String text) {
    check(node.has("end"), "neither a batch, a record nor the last line");
    check(left == 0, "%d records of the batch are missing", left);
    String expected = DumpLines.endLine(records, batches, (int) crc.getValue());
    check(text.equals(expected), "expected %s, found %s", expected, text);
    ended = true;
  }

  private void first(JsonNode node) {
    check(node.path("dump").asInt() == DumpLines.FORMAT, "not the first line of a dump");
    check(truth(node, "whole"), "a dump of selected records makes no log");
    nextLsn = number(node, "firstLsn");
    check(nextLsn >= 1, "firstLsn is %d", nextLsn);
    Start start =
        new Start(
            Long.parseUnsignedLong(text(node, "log"), 16),
            integer(node, "partition"),
            nextLsn,
            Integer.parseUnsignedInt(text(node, "checksum"), 16),
            number(node, "epoch"),
            number(node, "time"));
    current = Optional.of(start);
    sink.begin(start);
  }

  private void batch(JsonNode node) {
    check(left == 0, "%d records of the batch before are missing", left);
    check(
        number(node, "batch") == nextLsn,
        "expected the batch from LSN %d, found %s",
        nextLsn,
        node.path("batch"));
    left = number(node, "records");
    check(left > 0 && left <= Integer.MAX_VALUE, "a batch of %d records", left);
    Start before = current.orElseThrow();
    Start now =
        new Start(
            before.logId(),
            before.partition(),
            nextLsn,
            0,
            number(node, "epoch"),
            number(node, "time"));
    check(
        now.epoch() >= before.epoch() && now.time() >= before.time(),
        "epoch %d, time %d behind epoch %d, time %d",
        now.epoch(),
        now.time(),
        before.epoch(),
        before.time());
    codec = Codec.valueOf(text(node, "codec").toUpperCase(Locale.ROOT));
    current = Optional.of(now);
    batches++;
  }

  private void record(JsonNode node) {
    Start batch = current.orElseThrow();
    check(left > 0, "a record of no batch");
    check(number(node, "lsn") == nextLsn, "expected LSN %d, found %s", nextLsn, node.path("lsn"));
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
            integer(node, "type"),
            truth(node, "optional"),
            key.isNull() ? OptionalLong.empty() : OptionalLong.of(number(node, "key")),
            node.has("producer")
                ? Optional.of(Stamp.parse(text(node, "producer")))
                : Optional.empty(),
            ByteBuffer.wrap(value)));
    nextLsn++;
    records++;
    left--;
    if (left == 0) {
      sink.batch(batch, codec);
    }
  }

  private long number(JsonNode node, String field) {
    JsonNode value = node.path(field);
    check(value.isIntegralNumber() && value.canConvertToLong(), "%s is not a whole number", field);
    return value.asLong();
  }

  private int integer(JsonNode node, String field) {
    long value = number(node, field);
    check(value >= 0 && value <= Integer.MAX_VALUE, "%s is %d", field, value);
    return (int) value;
  }

  private boolean truth(JsonNode node, String field) {
    check(node.path(field).isBoolean(), "%s is neither true nor false", field);
    return node.path(field).asBoolean();
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
