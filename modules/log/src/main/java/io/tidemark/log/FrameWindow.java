package io.tidemark.log;

import static io.tidemark.log.BatchFormat.littleEndian;

import io.tidemark.foundation.Check;
import io.tidemark.storage.MappedFile;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;

/// A file seen through memory: all of it where it is mapped, else a part that moves along, as far
/// as it is [Legible].
///
/// One thread; an index that [#cover] gave is valid until the next call.
final class FrameWindow {
  /// The most that [#zeros] is asked about at once.
  static final int ZEROS_BYTES = 1 << 16;

  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(ZEROS_BYTES);

  private final Optional<Legible> file;
  private final long fileBytes;
  private ByteBuffer window;
  private long start;

  private FrameWindow(Optional<Legible> file, long fileBytes, ByteBuffer window) {
    this.file = file;
    this.fileBytes = fileBytes;
    this.window = littleEndian(window);
  }

  /// All `fileBytes` of a mapped file.
  static FrameWindow over(MappedFile mapped, long fileBytes) {
    return new FrameWindow(Optional.empty(), fileBytes, mapped.bytes());
  }

  /// Reads `windowBytes` at a time.
  static FrameWindow reading(StoredFile file, long fileBytes, int windowBytes) {
    int bytes = (int) Math.min(windowBytes, fileBytes);
    return new FrameWindow(
        Optional.of(new Legible(file)), fileBytes, ByteBuffer.allocateDirect(bytes).limit(0));
  }

  /// The index in [#bytes] at which the `count` bytes from `position` on are; the caller has
  /// checked a length read from disk before it asks for so many.
  int cover(long position, int count) {
    if (position >= start && position + count <= start + window.limit()) {
      return (int) (position - start);
    }
    Check.that(
        position + count <= fileBytes, "%d bytes to read end behind the %d", count, fileBytes);
    read(position, count);
    return 0;
  }

  private void read(long position, int count) {
    if (window.capacity() < count) {
      window = littleEndian(ByteBuffer.allocateDirect(count));
    }
    window.clear().limit((int) Math.min(window.capacity(), fileBytes - position));
    start = position;
    file.orElseThrow().read(window, position);
    window.flip();
  }

  /// Where the first block behind `position` is that was looked at and cannot be read.
  OptionalLong spoiltFrom(long position) {
    return file.map(one -> one.spoiltFrom(position)).orElse(OptionalLong.empty());
  }

  /// Little-endian.
  ByteBuffer bytes() {
    return window;
  }

  /// How many zeros there are from index `at` on, of `count` bytes that are covered.
  int zeros(int at, int count) {
    int mismatch = window.slice(at, count).mismatch(ZEROS.slice(0, count));
    return mismatch < 0 ? count : mismatch;
  }

  /// The eight bytes at `position`.
  long word(long position) {
    int at = cover(position, Long.BYTES);
    return window.getLong(at);
  }
}
