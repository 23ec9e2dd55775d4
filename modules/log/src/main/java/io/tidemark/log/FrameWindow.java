package io.tidemark.log;

import static io.tidemark.log.BatchFormat.littleEndian;

import io.tidemark.foundation.Check;
import io.tidemark.storage.StorageException;
import io.tidemark.storage.StorageException.Category;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;

/// A file seen through a buffer that moves along it. One thread; what [#at] returned is valid until
/// the next call.
final class FrameWindow {
  private final StoredFile file;
  private final long fileBytes;
  private ByteBuffer window;
  private long start;

  FrameWindow(StoredFile file, long fileBytes, int windowBytes) {
    this.file = file;
    this.fileBytes = fileBytes;
    this.window = littleEndian(ByteBuffer.allocate(windowBytes).limit(0));
  }

  /// The `bytes` from `position` on, little-endian, at index 0; all of them are in the file, and
  /// the caller has checked a length read from disk before it asks for so many.
  ByteBuffer at(long position, int bytes) {
    cover(position, bytes);
    return littleEndian(window.slice((int) (position - start), bytes));
  }

  /// The eight bytes at `position`.
  long word(long position) {
    cover(position, Long.BYTES);
    return window.getLong((int) (position - start));
  }

  private void cover(long position, int bytes) {
    if (position >= start && position + bytes <= start + window.limit()) {
      return;
    }
    Check.that(
        position + bytes <= fileBytes, "%d bytes to read end behind the %d", bytes, fileBytes);
    if (window.capacity() < bytes) {
      window = littleEndian(ByteBuffer.allocate(bytes));
    }
    window.clear().limit((int) Math.min(window.capacity(), fileBytes - position));
    start = position;
    int found = file.read(window, position);
    window.flip();
    if (found < bytes) {
      throw new StorageException(
          Category.READ_FAILED, "file ends at " + (position + found) + ": " + file.describe());
    }
  }
}
