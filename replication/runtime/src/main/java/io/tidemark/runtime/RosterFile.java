package io.tidemark.runtime;

import io.tidemark.runtime.directory.Roster;
import io.tidemark.runtime.directory.RosterText;
import io.tidemark.storage.Directory;
import io.tidemark.storage.DurableNames;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// The newest roster that a node has seen, in its data directory: what it starts with next time.
///
/// ```
/// tidemark-roster=1
/// version 12                  as RosterText says
/// ...
/// crc32c=0123abcd             of everything before this line
/// ```
///
/// A copy: the truth is in the log of the directory partition.
final class RosterFile {
  static final String NAME = "roster";

  private static final String FORMAT = "tidemark-roster=1\n";

  private RosterFile() {}

  /// What was written last, if anything was.
  static Optional<Roster> read(Directory directory) {
    if (!directory.list().contains(NAME)) {
      return Optional.empty();
    }
    try (StoredFile file = directory.open(NAME)) {
      ByteBuffer content = ByteBuffer.allocate((int) file.lengthBytes());
      file.read(content, 0);
      String text = StandardCharsets.UTF_8.decode(content.flip()).toString();
      String body = ChecksumLine.bodyOf(text);
      if (!text.equals(ChecksumLine.appendedTo(body))) {
        throw new NodeFileDamagedException(
            file.describe()
                + " is damaged: its checksum does not match; without it the node starts with what"
                + " --nodes or --join says");
      }
      if (!body.startsWith(FORMAT)) {
        throw new DataRefusedException(
            "%s: expected '%s', found '%s', of another version"
                .formatted(file.describe(), FORMAT.strip(), body.lines().findFirst().orElse("")));
      }
      return Optional.of(RosterText.parse(body.substring(FORMAT.length())));
    }
  }

  static void write(Directory directory, Roster roster) {
    String text = ChecksumLine.appendedTo(FORMAT + RosterText.of(roster));
    DurableNames.replace(directory, NAME, StandardCharsets.UTF_8.encode(text));
  }
}
