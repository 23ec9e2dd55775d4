package io.tidemark.benchmarks.work;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// The directory below which everything lies, and is deleted.
public record Scratch(Path directory) {
  /// A new one below `parent`; deleted at the end of the JVM, so that a run that is interrupted
  /// leaves nothing behind either.
  public static Scratch below(Path parent) throws IOException {
    Scratch scratch =
        new Scratch(Files.createTempDirectory(parent.toAbsolutePath(), "tidemark-benchmarks"));
    Runtime.getRuntime().addShutdownHook(new Thread(scratch::deleteAll));
    return scratch;
  }

  private void deleteAll() {
    try {
      deleteTree(directory);
    } catch (IOException e) {
      System.err.println("could not delete " + directory + ": " + e.getMessage());
    }
  }

  /// An empty directory.
  Path fresh() throws IOException {
    return Files.createTempDirectory(directory, "store");
  }

  /// Deletes `store` and all that is in it, and waits until the disk has heard of it: to free
  /// blocks is work that the next turn must not pay for.
  void delete(Path store) throws IOException {
    deleteTree(store);
    try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
      names.force(true);
    }
  }

  /// Deletes `top` and all that is in it.
  public static void deleteTree(Path top) throws IOException {
    List<Path> deepestFirst;
    try (Stream<Path> all = Files.walk(top)) {
      deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : deepestFirst) {
      Files.deleteIfExists(path);
    }
  }

  /// The regular files in `store`.
  static List<Path> files(Path store) throws IOException {
    try (Stream<Path> all = Files.walk(store)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }
}
