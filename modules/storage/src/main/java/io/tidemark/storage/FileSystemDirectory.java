package io.tidemark.storage;

import io.tidemark.storage.StorageException.Category;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// A directory of a real file system.
public final class FileSystemDirectory implements Directory {
  private final Path path;

  private FileSystemDirectory(Path path) {
    this.path = path;
  }

  /// The directory at `path`; it and its parents are made, durably, where they are missing.
  public static FileSystemDirectory at(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    if (!Files.isDirectory(absolute)) {
      FileSystemDirectory above = at(absolute.getParent());
      above.makeDirectory(absolute);
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
    return names(p -> Files.isRegularFile(p) && !p.endsWith(LOCK_NAME));
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
    } catch (UncheckedIOException e) {
      throw failure(Category.READ_FAILED, "list", path, e.getCause());
    }
  }

  private Path resolve(String name) {
    Directory.checkName(name);
    return path.resolve(name);
  }

  /// Where the file `name` is; a directory cannot be deleted, and is renamed in another way.
  private Path fileCalled(String name, String step) {
    Path file = resolve(name);
    if (Files.isDirectory(file)) {
      throw new StorageException(Category.MISSING, step + " failed: a directory: " + file);
    }
    return file;
  }

  @Override
  public StoredFile create(String name, Access access) {
    return file("create", resolve(name), access, StandardOpenOption.CREATE_NEW);
  }

  @Override
  public StoredFile open(String name, Access access) {
    return file("open", fileCalled(name, "open"), access, StandardOpenOption.WRITE);
  }

  private static StoredFile file(String step, Path file, Access access, OpenOption how) {
    Set<OpenOption> options = new HashSet<>(List.of(StandardOpenOption.WRITE, how));
    try {
      if (access == Access.BUFFERED) {
        return opened(file, options, 1);
      }
      options.add(DirectOption.get());
      int blockBytes = Math.toIntExact(Files.getFileStore(file.getParent()).getBlockSize());
      return opened(file, options, blockBytes);
    } catch (IOException e) {
      throw failure(Category.REFUSED, step, file, e);
    } catch (UnsupportedOperationException e) {
      throw new StorageException(
          Category.REFUSED, step + " without the page cache is not possible here: " + file, e);
    }
  }

  private static StoredFile opened(Path file, Set<OpenOption> options, int blockBytes)
      throws IOException {
    FileChannel channel = FileChannel.open(file, options);
    try {
      return new ChannelFile(file, channel, blockBytes);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public void rename(String from, String to) {
    Path source = fileCalled(from, "rename");
    Path target = resolve(to);
    try {
      Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw failure(Category.REFUSED, "rename to " + to, source, e);
    }
  }

  @Override
  public void delete(String name) {
    Path file = fileCalled(name, "delete");
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw failure(Category.REFUSED, "delete", file, e);
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
    return makeDirectory(resolve(name));
  }

  @Override
  public void renameChild(String from, String to) {
    Path source = resolve(from);
    Path target = resolve(to);
    if (!Files.isDirectory(source)) {
      throw new StorageException(Category.MISSING, "rename failed: no directory: " + source);
    }
    if (Files.exists(target)) {
      throw new StorageException(Category.EXISTS, "rename failed: " + target);
    }
    try {
      Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw failure(Category.REFUSED, "rename to " + to, source, e);
    }
  }

  private FileSystemDirectory makeDirectory(Path child) {
    try {
      if (!Files.isDirectory(child)) {
        Files.createDirectory(child);
      }
      return new FileSystemDirectory(child);
    } catch (IOException e) {
      throw failure(Category.REFUSED, "create directory", child, e);
    }
  }

  /// Whether some process holds the lock of the directory at `path`; takes nothing and makes
  /// nothing.
  public static boolean isTaken(Path path) {
    return LockFile.isTaken(path.resolve(LOCK_NAME));
  }

  @Override
  public Lock lock() {
    return LockFile.take(path, path.resolve(LOCK_NAME));
  }

  static StorageException failure(Category category, String step, Path file, IOException cause) {
    Category found =
        switch (cause) {
          case AsynchronousCloseException _ -> category;
          case ClosedChannelException _ -> Category.REFUSED;
          case IOException _ when category == Category.SYNC_FAILED -> category;
          case NoSuchFileException _ -> Category.MISSING;
          case FileAlreadyExistsException _ -> Category.EXISTS;
          default -> isFull(cause) ? Category.FULL : category;
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
