package io.tidemark.testkit.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// Directories with all that is in them.
public final class Trees {
  private Trees() {}

  /// Deletes `tree`, if it is there.
  public static void delete(Path tree) throws IOException {
    if (Files.exists(tree)) {
      for (Path entry : entries(tree).reversed()) {
        Files.deleteIfExists(entry);
      }
    }
  }

  /// Copies `tree` to `copy`, which is not there yet.
  static void copy(Path tree, Path copy) throws IOException {
    for (Path entry : entries(tree)) {
      Files.copy(entry, copy.resolve(tree.relativize(entry).toString()));
    }
  }

  /// Each directory before what is in it.
  private static List<Path> entries(Path tree) throws IOException {
    try (Stream<Path> entries = Files.walk(tree)) {
      return entries.sorted(Comparator.naturalOrder()).toList();
    }
  }
}
