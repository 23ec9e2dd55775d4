package io.tidemark.node.tools;

import io.tidemark.log.journal.Journal;
import io.tidemark.log.journal.JournalConfig;
import io.tidemark.storage.Directory;
import io.tidemark.storage.FileSystemDirectory;
import java.nio.file.Files;
import java.nio.file.Path;

/// Brings the files of a node up to what its journal holds.
public final class Replaying {
  private Replaying() {}

  /// Returns how many writes to files were done again. [ToolRefusedException] if `data` has no
  /// journal, [io.tidemark.storage.StorageException] if it is in use.
  public static long run(Path data) {
    if (!Files.isDirectory(data.resolve(Journal.NAME))) {
      throw new ToolRefusedException("no journal in " + data);
    }
    Directory root = FileSystemDirectory.at(data);
    try (Directory.Lock _ = root.lock();
        Journal journal = Journal.open(root, JournalConfig.defaults())) {
      return journal.replayed();
    }
  }
}
