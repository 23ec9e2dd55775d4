package io.tidemark.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/// Reads a file for any number of threads, on a channel of its own.
///
/// Crash story: a reader was interrupted, which closes the channel it reads from; the writer had
/// the same one, and the partition was fenced because somebody had closed a browser. So readers
/// have their own, and open it again when one of them was interrupted.
final class ReadChannel implements AutoCloseable {
  private final Path path;
  private final int blockBytes;
  private FileChannel channel;
  private boolean closed;

  ReadChannel(Path path, int blockBytes) throws IOException {
    this.path = path;
    this.blockBytes = blockBytes;
    this.channel = openAgain();
  }

  /// Reads until `target` is full or the file ends.
  int read(ByteBuffer target, long position) throws IOException {
    boolean interrupted = false;
    int start = target.position();
    try {
      while (true) {
        try {
          return blockBytes == 1 ? fill(target, position) : fillFromBlocks(target, position);
        } catch (ClosedByInterruptException e) {
          interrupted |= Thread.interrupted();
        } catch (ClosedChannelException e) {
          if (isClosed()) {
            throw e;
          }
        }
        target.position(start);
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private int fill(ByteBuffer target, long position) throws IOException {
    FileChannel from = open();
    int total = 0;
    while (target.hasRemaining()) {
      int n = from.read(target, position + total);
      if (n < 0) {
        break;
      }
      total += n;
    }
    return total;
  }

  /// Whole blocks into memory aligned like them, then what is wanted of it.
  private int fillFromBlocks(ByteBuffer target, long position) throws IOException {
    long first = position / blockBytes * blockBytes;
    long end = (position + target.remaining() + blockBytes - 1) / blockBytes * blockBytes;
    int bytes = Math.toIntExact(end - first);
    ByteBuffer blocks = ByteBuffer.allocateDirect(bytes + blockBytes).alignedSlice(blockBytes);
    fill(blocks.limit(bytes), first);
    int skip = (int) (position - first);
    int count = Math.clamp(blocks.position() - skip, 0, target.remaining());
    target.put(blocks.slice(skip, count));
    return count;
  }

  private synchronized FileChannel open() throws IOException {
    if (!closed && !channel.isOpen()) {
      channel = openAgain();
    }
    return channel;
  }

  private FileChannel openAgain() throws IOException {
    Set<OpenOption> options =
        blockBytes == 1
            ? Set.of(StandardOpenOption.READ)
            : Set.of(StandardOpenOption.READ, DirectOption.get());
    return FileChannel.open(path, options);
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  @Override
  public synchronized void close() {
    closed = true;
    try {
      channel.close();
    } catch (IOException e) {
      throw FileSystemDirectory.failure(
          StorageException.Category.REFUSED, "close for reading", path, e);
    }
  }
}
