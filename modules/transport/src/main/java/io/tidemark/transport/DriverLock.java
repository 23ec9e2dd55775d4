package io.tidemark.transport;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;

/// Says that the driver of a directory lives: a file in there that is locked as long as its process
/// lives. The kernel lets go of it at once when that is killed; the driver's own mark, which it
/// sets once a second, looks alive for seconds more.
///
/// Invariant: no second channel on the file is closed in a process that holds it, the kernel would
/// take the lock away with it. So what this process holds is known from [#HELD].
final class DriverLock implements AutoCloseable {
  /// What is known of the driver of a directory.
  enum State {
    /// A process has the lock.
    HELD,

    /// The process that had it is gone.
    RELEASED,

    /// There is none: no driver, one that died as it started, or one that is not Tidemark's.
    NONE
  }

  private static final String FILE = "tidemark.lock";
  private static final Set<Path> HELD = new HashSet<>();

  private final Path file;
  private final FileChannel channel;

  private DriverLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  private static Path fileOf(Path directory) {
    return directory.resolve(FILE).toAbsolutePath().normalize();
  }

  /// For the driver that was started in `directory` just now.
  static DriverLock take(Path directory) {
    Path file = fileOf(directory);
    synchronized (HELD) {
      try {
        FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (channel.tryLock() == null) {
          channel.close();
          throw new TransportException("%s is locked by another process".formatted(file));
        }
        HELD.add(file);
        return new DriverLock(file, channel);
      } catch (IOException e) {
        throw new TransportException("cannot lock " + file, e);
      }
    }
  }

  static State of(Path directory) {
    Path file = fileOf(directory);
    synchronized (HELD) {
      if (HELD.contains(file)) {
        return State.HELD;
      }
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        return channel.tryLock() == null ? State.HELD : State.RELEASED;
      } catch (OverlappingFileLockException e) {
        return State.HELD;
      } catch (NoSuchFileException e) {
        return State.NONE;
      } catch (IOException e) {
        throw new TransportException("cannot lock " + file, e);
      }
    }
  }

  /// After the driver was closed.
  @Override
  public void close() throws IOException {
    synchronized (HELD) {
      channel.close();
      HELD.remove(file);
    }
  }
}
