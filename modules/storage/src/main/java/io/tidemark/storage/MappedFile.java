package io.tidemark.storage;

import io.tidemark.storage.StorageException.Category;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/// The bytes of a file as memory.
///
/// What is written to the file meanwhile is seen. After [#close] every use of [#bytes], or of a
/// view of it, throws [IllegalStateException]: it never shows other memory. A disk that cannot read
/// the bytes throws [InternalError] at the use, not at the mapping.
public interface MappedFile extends AutoCloseable {
  /// All of the file at `path` as it is long now, up to 2 GiB; nothing but the right to read it is
  /// needed.
  static MappedFile of(Path path) {
    try {
      return ChannelMapping.of(path, Math.min(Files.size(path), Integer.MAX_VALUE));
    } catch (IOException e) {
      throw FileSystemDirectory.failure(Category.READ_FAILED, "map", path, e);
    }
  }

  /// All bytes, from index 0 on; read-only, little-endian or not as the user sets its own view.
  ByteBuffer bytes();

  /// Waits for nobody: a use that is under way in another thread may fail.
  @Override
  void close();
}
