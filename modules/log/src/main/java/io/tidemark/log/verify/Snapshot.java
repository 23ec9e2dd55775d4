package io.tidemark.log.verify;

import io.tidemark.storage.MappedFile;
import io.tidemark.storage.StorageException;
import io.tidemark.storage.StorageException.Category;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The files of a log's directory that were there at one moment, all mapped before the first is
/// read.
///
/// Crash story: beside a node that trims, a segment that had been listed was gone when its turn
/// came. A file that is mapped can be read to its end whatever becomes of its name; one that is
/// gone before it is mapped means that the directory is listed once more.
final class Snapshot implements AutoCloseable {
  static final String SEGMENT = ".segment";
  static final String PREPARED = "next.prepared";

  private static final int LOOKS = 100;

  /// A file's bytes, the first 2 GiB of them, and how long it is.
  record Content(ByteBuffer bytes, long lengthBytes) {}

  private final Map<String, Content> files;
  private final List<MappedFile> mapped;

  private Snapshot(Map<String, Content> files, List<MappedFile> mapped) {
    this.files = files;
    this.mapped = mapped;
  }

  static Snapshot of(Map<String, ByteBuffer> memory) {
    Map<String, Content> files = new TreeMap<>();
    memory.forEach((name, bytes) -> files.put(name, new Content(bytes, bytes.limit())));
    return new Snapshot(files, List.of());
  }

  static Snapshot of(Path directory) {
    for (int look = 1; ; look++) {
      Map<String, Content> files = new TreeMap<>();
      List<MappedFile> mapped = new ArrayList<>();
      try {
        for (Path path : listed(directory)) {
          MappedFile file = MappedFile.of(path);
          mapped.add(file);
          files.put(path.getFileName().toString(), new Content(file.bytes(), Files.size(path)));
        }
        return new Snapshot(files, mapped);
      } catch (IOException | StorageException e) {
        mapped.forEach(MappedFile::close);
        if (look == LOOKS || !isGone(e)) {
          throw e instanceof StorageException known
              ? known
              : new StorageException(Category.READ_FAILED, "list failed: " + directory, e);
        }
      }
    }
  }

  private static boolean isGone(Exception e) {
    return e instanceof NoSuchFileException
        || e instanceof StorageException known && known.category() == Category.MISSING;
  }

  private static List<Path> listed(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .filter(entry -> isPart(entry.getFileName().toString()))
          .filter(Files::isRegularFile)
          .toList();
    }
  }

  /// Whether a file of this name belongs to a log.
  static boolean isPart(String name) {
    return name.endsWith(SEGMENT)
        || List.of(
                PREPARED,
                SmallFiles.FLOOR,
                SmallFiles.INTENT,
                SmallFiles.BEGINNING,
                SmallFiles.COPY)
            .contains(name);
  }

  /// The segments' names, in the order of their LSNs.
  List<String> segments() {
    return files.keySet().stream().filter(name -> name.endsWith(SEGMENT)).toList();
  }

  Optional<Content> file(String name) {
    return Optional.ofNullable(files.get(name))
        .map(
            file -> new Content(Layout.littleEndian(file.bytes().duplicate()), file.lengthBytes()));
  }

  @Override
  public void close() {
    mapped.forEach(MappedFile::close);
  }
}
