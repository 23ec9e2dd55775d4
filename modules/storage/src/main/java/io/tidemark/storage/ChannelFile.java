package io.tidemark.storage;

import io.tidemark.storage.StorageException.Category;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/// A file behind a [FileChannel].
final class ChannelFile implements StoredFile {
  private final Path path;
  private final FileChannel channel;
  private StorageException failedSync;

  ChannelFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
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
    int total = 0;
    try {
      while (target.hasRemaining()) {
        int n = channel.read(target, position + total);
        if (n < 0) {
          break;
        }
        total += n;
      }
      return total;
    } catch (IOException e) {
      throw FileSystemDirectory.failure(
          Category.READ_FAILED, "read at " + (position + total), path, e);
    }
  }

  @Override
  public void write(ByteBuffer source, long position) {
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
    try {
      channel.close();
    } catch (IOException e) {
      throw FileSystemDirectory.failure(Category.REFUSED, "close", path, e);
    }
  }
}
