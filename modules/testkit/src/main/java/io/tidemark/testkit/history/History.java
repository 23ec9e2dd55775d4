package io.tidemark.testkit.history;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.testkit.history.Operation.Kind;
import io.tidemark.testkit.history.Operation.Outcome;
import io.tidemark.testkit.history.Operation.Place;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A history that is being written: one operation a line, as JSON, in the order of their returns.
///
/// ```
/// {"process":3,"operation":"write","key":"k1","value":"3-17","invoke":1200,"return":5300,
///  "outcome":"ok","partition":2,"lsn":40,"epoch":1}
/// ```
///
/// (one line in the file; `value`, and the three of the place, only where there is one). Safe for
/// use by several threads. The file is whole up to the last operation that was added before
/// [#close], or before the end of the process but for what a buffer held.
public final class History implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Writer file;
  private final JsonGenerator lines;

  private History(Writer file) throws IOException {
    this.file = file;
    this.lines = JSON.createGenerator(file).setRootValueSeparator(null);
  }

  /// A new one in `path`, which is not there yet.
  public static History create(Path path) throws IOException {
    return new History(Files.newBufferedWriter(path, StandardOpenOption.CREATE_NEW));
  }

  /// Writes `operation` down.
  public synchronized void add(Operation operation) {
    try {
      lines.writeStartObject();
      lines.writeNumberField("process", operation.process());
      lines.writeStringField("operation", operation.kind().name().toLowerCase(Locale.ROOT));
      lines.writeStringField("key", operation.key());
      if (operation.value().isPresent()) {
        lines.writeStringField("value", operation.value().get());
      }
      lines.writeNumberField("invoke", operation.invokeNanos());
      lines.writeNumberField("return", operation.returnNanos());
      lines.writeStringField("outcome", operation.outcome().name().toLowerCase(Locale.ROOT));
      if (operation.place().isPresent()) {
        Place place = operation.place().get();
        lines.writeNumberField("partition", place.partition());
        lines.writeNumberField("lsn", place.lsn());
        lines.writeNumberField("epoch", place.epoch());
      }
      lines.writeEndObject();
      lines.writeRaw('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public synchronized void close() throws IOException {
    lines.close();
    file.close();
  }

  /// All operations in `path`, in the order of the file; throws [IllegalArgumentException] that
  /// names the line that is none.
  public static List<Operation> read(Path path) throws IOException {
    List<Operation> operations = new ArrayList<>();
    try (BufferedReader reader = Files.newBufferedReader(path)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        try {
          operations.add(operation(JSON.readTree(line)));
        } catch (IOException | RuntimeException e) {
          throw new IllegalArgumentException(
              "line %d of %s: %s".formatted(operations.size() + 1, path, e.getMessage()), e);
        }
      }
    }
    return operations;
  }

  private static Operation operation(JsonNode line) {
    return new Operation(
        line.required("process").intValue(),
        Kind.valueOf(line.required("operation").textValue().toUpperCase(Locale.ROOT)),
        line.required("key").textValue(),
        Optional.ofNullable(line.get("value")).map(JsonNode::textValue),
        line.required("invoke").longValue(),
        line.required("return").longValue(),
        Outcome.valueOf(line.required("outcome").textValue().toUpperCase(Locale.ROOT)),
        Optional.ofNullable(line.get("lsn"))
            .map(
                lsn ->
                    new Place(
                        line.required("partition").intValue(),
                        lsn.longValue(),
                        line.required("epoch").longValue())));
  }
}
