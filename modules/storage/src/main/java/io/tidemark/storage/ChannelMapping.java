package io.tidemark.storage;

import io.tidemark.storage.StorageException.Category;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Memory that the kernel fills from a file. The arena is the guard: it refuses every use after it
/// was closed.
final class ChannelMapping implements MappedFile {
  private final Arena arena;
  private final ByteBuffer bytes;

  private ChannelMapping(Arena arena, ByteBuffer bytes) {
    this.arena = arena;
    this.bytes = bytes;
  }

  /// The file may be closed, renamed or deleted afterwards; it must not become shorter.
  static ChannelMapping of(Path path, long lengthBytes) {
    boolean interrupted = false;
    Arena arena = Arena.ofShared();
    try {
      while (true) {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
          return new ChannelMapping(
              arena, channel.map(MapMode.READ_ONLY, 0, lengthBytes, arena).asByteBuffer());
        } catch (ClosedByInterruptException e) {
          interrupted |= Thread.interrupted();
        }
      }
    } catch (IOException e) {
      arena.close();
      throw FileSystemDirectory.failure(Category.READ_FAILED, "map", path, e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public ByteBuffer bytes() {
    return bytes.duplicate();
  }

  @Override
  public void close() {
    boolean done = !arena.scope().isAlive();
    while (!done) {
      try {
        arena.close();
        done = true;
      } catch (IllegalStateException e) {
        // Another thread is in the middle of a checksum or a copy; those are short.
        Thread.onSpinWait();
        done = !arena.scope().isAlive();
      }
    }
  }
}
