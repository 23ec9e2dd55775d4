package io.tidemark.storage;

import io.tidemark.storage.StorageException.Category;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A lock file that this process holds.
///
/// Invariant: while it is held, no second channel on the file is ever closed in this process, by
/// hand or by the garbage collector; the kernel would take the lock away with it and say nothing
/// (RELIABILITY fact 8). So a second taker is refused by [#HELD] before it opens anything, and what
/// is held is reachable from there, also when its owner forgot the lock.
final class LockFile implements Directory.Lock {
  private static final Map<Path, LockFile> HELD = new HashMap<>();
  private static final Path KERNEL_LOCKS = Path.of("/proc/locks");
  private static final List<FileChannel> NEVER_CLOSED = new ArrayList<>();

  private final Path key;
  private final FileLock lock;

  private LockFile(Path key, FileLock lock) {
    this.key = key;
    this.lock = lock;
  }

  static LockFile take(Path directory, Path file) {
    synchronized (HELD) {
      try {
        Path key = directory.toRealPath();
        if (HELD.containsKey(key)) {
          throw inUse("this process", directory);
        }
        LockFile taken = new LockFile(key, lock(directory, file));
        HELD.put(key, taken);
        return taken;
      } catch (IOException e) {
        throw FileSystemDirectory.failure(Category.REFUSED, "lock", file, e);
      }
    }
  }

  private static FileLock lock(Path directory, Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        channel.close();
        throw inUse("another process", directory);
      }
      return lock;
    } catch (OverlappingFileLockException e) {
      // Held by code of another class loader, which would lose it if this channel were closed.
      NEVER_CLOSED.add(channel);
      throw inUse("this process", directory);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /// Whether somebody holds the lock file `file`, by the kernel's list of locks.
  ///
  /// To try the lock instead would, for that moment, refuse a node that starts; and to close the
  /// file again would take this process' own lock away. The list names no holder of another
  /// container. Where there is no list, a lock file that exists counts as held.
  static boolean isTaken(Path file) {
    if (!Files.exists(file)) {
      return false;
    }
    try (Stream<String> locks = Files.lines(KERNEL_LOCKS)) {
      String inode = ":" + Files.getAttribute(file, "unix:ino");
      return locks.anyMatch(
          line -> Arrays.stream(line.split(" +")).anyMatch(w -> w.endsWith(inode)));
    } catch (IOException | UnsupportedOperationException e) {
      return true;
    }
  }

  private static StorageException inUse(String owner, Path directory) {
    return new StorageException(Category.IN_USE, "directory in use by " + owner + ": " + directory);
  }

  @Override
  public void close() {
    synchronized (HELD) {
      if (HELD.remove(key, this)) {
        try {
          lock.acquiredBy().close();
        } catch (IOException e) {
          throw FileSystemDirectory.failure(Category.REFUSED, "unlock", key, e);
        }
      }
    }
  }
}
