package io.tidemark.runtime;

import io.tidemark.storage.Directory;
import io.tidemark.storage.DurableNames;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A text file of few lines, replaced as a whole, whose loss can be borne: one that is damaged is
/// as good as none.
///
/// ```
/// tidemark-ages=1
/// ...
/// crc32c=0123abcd        of everything before this line
/// ```
///
/// @param format the first line, up to the number of its version
record CheckedText(Directory directory, String name, String format) {
  private static final Logger LOG = LoggerFactory.getLogger(CheckedText.class);
  private static final String VERSION = "1";
  private static final int MAX_BYTES = 1 << 16;

  /// The lines between the first and the last; empty if there is no such file, or it is damaged.
  ///
  /// Throws [DataRefusedException] if it is of another version.
  Optional<List<String>> read() {
    if (!directory.list().contains(name)) {
      return Optional.empty();
    }
    String text = text();
    String body = ChecksumLine.bodyOf(text);
    if (!text.equals(ChecksumLine.appendedTo(body)) || !body.startsWith(format)) {
      LOG.warn("{}/{} is damaged, and taken for lost", directory.describe(), name);
      return Optional.empty();
    }
    List<String> lines = body.lines().toList();
    if (!lines.getFirst().equals(format + VERSION)) {
      throw new DataRefusedException(
          "%s/%s: expected '%s', found '%s', of another version"
              .formatted(directory.describe(), name, format + VERSION, lines.getFirst()));
    }
    return Optional.of(lines.subList(1, lines.size()));
  }

  private String text() {
    try (StoredFile file = directory.open(name)) {
      ByteBuffer content = ByteBuffer.allocate((int) Math.min(file.lengthBytes(), MAX_BYTES));
      file.read(content, 0);
      return StandardCharsets.ISO_8859_1.decode(content.flip()).toString();
    }
  }

  /// Makes `lines` durable instead of those before.
  void replace(List<String> lines) {
    StringBuilder body = new StringBuilder(format).append(VERSION).append('\n');
    lines.forEach(line -> body.append(line).append('\n'));
    DurableNames.replace(
        directory,
        name,
        StandardCharsets.ISO_8859_1.encode(ChecksumLine.appendedTo(body.toString())));
  }
}
