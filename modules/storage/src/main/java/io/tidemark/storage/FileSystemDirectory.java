package io.tidemark.storage;

import io.tidemark.storage.StorageException.Category;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// A directory of a real file system.
public final class FileSystemDirectory implements Directory {
  private static final String LOCK_FILE = "lock";

  private final Path path;

  private FileSystemDirectory(Path path) {
    this.path = path;
  }

  /// The directory at `path`; it and its parents are made, durably, where they are missing.
  public static FileSystemDirectory at(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    if (!Files.isDirectory(absolute)) {
      Path parent = absolute.getParent();
      FileSystemDirectory above = at(parent);
      above.child(absolute.getFileName().toString());
      above.sync();
    }
    return new FileSystemDirectory(absolute);
  }

  @Override
  public String describe() {
    return path.toString();
  }

  @Override
  public List<String> list() {
    return names(p -> Files.isRegularFile(p));
  }

  @Override
  public List<String> children() {
    return names(p -> Files.isDirectory(p));
  }

  private List<String> names(Predicate<Path> kind) {
    try (Stream<Path> entries = Files.list(path)) {
      return entries.filter(kind).map(p -> p.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw failure(Category.READ_FAILED, "list", path, e);
    }
  }

  @Override
  public StoredFile create(String name) {
    Path file = path.resolve(name);
    try {
      return new ChannelFile(
          file,
          FileChannel.open(
              file,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE));
    } catch (IOException e) {
      throw failure(Category.REFUSED, "create", file, e);
    }
  }

  @Override
  public StoredFile open(String name) {
    Path file = path.resolve(name);
    try {
      return new ChannelFile(
          file, FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE));
    } catch (IOException e) {
      throw failure(Category.REFUSED, "open", file, e);
    }
  }

  @Override
  public void rename(String from, String to) {
    try {
      Files.move(path.resolve(from), path.resolve(to), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw failure(Category.REFUSED, "rename to " + to, path.resolve(from), e);
    }
  }

  @Override
  public void delete(String name) {
    try {
      Files.delete(path.resolve(name));
    } catch (IOException e) {
      throw failure(Category.REFUSED, "delete", path.resolve(name), e);
    }
  }

  @Override
  public void sync() {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      throw failure(Category.SYNC_FAILED, "sync directory", path, e);
    }
  }

  @Override
  public Directory child(String name) {
    Path child = path.resolve(name);
    try {
      if (!Files.isDirectory(child)) {
        Files.createDirectory(child);
      }
      return new FileSystemDirectory(child);
    } catch (IOException e) {
      throw failure(Category.REFUSED, "create directory", child, e);
    }
  }

  /// Takes the lock file.
  ///
  /// It is opened once and held: closing any second channel on it in this process would silently
  /// give the lock away (RELIABILITY fact 8), which is why nothing else ever opens it.
  @Override
  public Lock lock() {
    Path file = path.resolve(LOCK_FILE);
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = tryLock(channel);
      if (lock == null) {
        throw new StorageException(Category.IN_USE, "directory in use by another process: " + path);
      }
      return () -> release(file, channel);
    } catch (OverlappingFileLockException e) {
      throw new StorageException(Category.IN_USE, "directory in use by this process: " + path, e);
    } catch (IOException e) {
      throw failure(Category.REFUSED, "lock", file, e);
    }
  }

  private static FileLock tryLock(FileChannel channel) throws IOException {
    FileLock lock = channel.tryLock();
    if (lock == null) {
      channel.close();
    }
    return lock;
  }

  private static void release(Path file, FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw failure(Category.REFUSED, "unlock", file, e);
    }
  }

  static StorageException failure(Category category, String step, Path file, IOException cause) {
    Category found =
        switch (cause) {
          case NoSuchFileException _ -> Category.MISSING;
          case FileAlreadyExistsException _ -> Category.EXISTS;
          default -> category == Category.SYNC_FAILED || !isFull(cause) ? category : Category.FULL;
        };
    return new StorageException(
        found, step + " failed: " + file + ": " + cause.getMessage(), cause);
  }

  // The JDK has no exception type for ENOSPC and EDQUOT; their text is all it gives.
  private static boolean isFull(IOException cause) {
    String message = String.valueOf(cause.getMessage());
    return message.contains("No space left") || message.contains("quota exceeded");
  }
}
