package io.tidemark.storage;

import java.nio.ByteBuffer;

/// The bytes of a file as memory.
///
/// What is written to the file meanwhile is seen. After [#close] every use of [#bytes], or of a
/// view of it, throws [IllegalStateException]: it never shows other memory. A disk that cannot read
/// the bytes throws [InternalError] at the use, not at the mapping.
public interface MappedFile extends AutoCloseable {
  /// All bytes, from index 0 on; read-only, little-endian or not as the user sets its own view.
  ByteBuffer bytes();

  /// Waits for nobody: a use that is under way in another thread may fail.
  @Override
  void close();
}
