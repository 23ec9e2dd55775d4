package io.tidemark.storage;

import io.tidemark.foundation.Check;
import io.tidemark.storage.StorageException.Category;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;

/// A file behind a [FileChannel].
final class ChannelFile implements StoredFile {
  private final Path path;
  private final FileChannel channel;
  private final ReadChannel reads;
  private final int blockBytes;
  private StorageException failedSync;

  /// @param blockBytes of the file system if `channel` goes past the page cache, else 1
  ChannelFile(Path path, FileChannel channel, int blockBytes) throws IOException {
    this.path = path;
    this.channel = channel;
    this.blockBytes = blockBytes;
    this.reads = new ReadChannel(path, blockBytes);
  }

  @Override
  public String describe() {
    return path.toString();
  }

  @Override
  public long lengthBytes() {
    try {
      return channel.size();
    } catch (IOException e) {
      throw FileSystemDirectory.failure(Category.READ_FAILED, "length", path, e);
    }
  }

  @Override
  public int read(ByteBuffer target, long position) {
    try {
      return reads.read(target, position);
    } catch (IOException e) {
      throw FileSystemDirectory.failure(Category.READ_FAILED, "read at " + position, path, e);
    }
  }

  @Override
  public int blockBytes() {
    return blockBytes;
  }

  @Override
  public Optional<MappedFile> map(long lengthBytes) {
    return blockBytes > 1 ? Optional.empty() : Optional.of(ChannelMapping.of(path, lengthBytes));
  }

  @Override
  public void write(ByteBuffer source, long position) {
    Check.argument(
        position % blockBytes == 0 && source.remaining() % blockBytes == 0,
        "%d bytes at %d are not whole blocks of %d",
        source.remaining(),
        position,
        blockBytes);
    long at = position;
    try {
      while (source.hasRemaining()) {
        at += channel.write(source, at);
      }
    } catch (IOException e) {
      throw FileSystemDirectory.failure(Category.WRITE_FAILED, "write at " + at, path, e);
    }
  }

  @Override
  public void sync() {
    if (failedSync != null) {
      throw new StorageException(
          Category.SYNC_FAILED, "an earlier sync of this file failed: " + path, failedSync);
    }
    try {
      channel.force(false);
    } catch (IOException e) {
      failedSync = FileSystemDirectory.failure(Category.SYNC_FAILED, "sync", path, e);
      throw failedSync;
    }
  }

  @Override
  public void close() {
    reads.close();
    try {
      channel.close();
    } catch (IOException e) {
      throw FileSystemDirectory.failure(Category.REFUSED, "close", path, e);
    }
  }
}
