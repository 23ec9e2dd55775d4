package io.tidemark.node.tools;

import io.tidemark.storage.Directory;
import io.tidemark.storage.FileSystemDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/// Where one partition's log is, and whose lock stands in front of it.
///
/// The lock of a log on its own is in its directory; that of a node's logs is in the data directory
/// above.
public record LogPlace(Path directory) {
  private static final String NODE_FILE = "node";

  /// `path` itself, or partition `partition` of the node whose data directory `path` is.
  public static LogPlace of(Path path, OptionalInt partition) {
    Path directory =
        partition.isPresent()
            ? path.resolve("partition-%04d".formatted(partition.getAsInt()))
            : path;
    if (!Files.isDirectory(directory)) {
      throw new IllegalArgumentException(directory + " is not a directory");
    }
    if (partition.isEmpty() && Files.exists(path.resolve(NODE_FILE))) {
      throw new IllegalArgumentException(
          path + " is the data directory of a node: which --partition?");
    }
    return new LogPlace(directory.toAbsolutePath().normalize());
  }

  private List<Path> locked() {
    List<Path> locked = new ArrayList<>(List.of(directory));
    Path above = directory.getParent();
    if (above != null && Files.exists(above.resolve(NODE_FILE))) {
      locked.addFirst(above);
    }
    return locked;
  }

  /// Whether somebody has it; takes nothing.
  public boolean isTaken() {
    return locked().stream().anyMatch(FileSystemDirectory::isTaken);
  }

  /// Takes it; [io.tidemark.storage.StorageException] if it is in use.
  public Directory.Lock lock() {
    List<Directory.Lock> taken = new ArrayList<>();
    try {
      locked().forEach(path -> taken.add(FileSystemDirectory.at(path).lock()));
    } catch (RuntimeException e) {
      taken.forEach(Directory.Lock::close);
      throw e;
    }
    return () -> taken.reversed().forEach(Directory.Lock::close);
  }
}
