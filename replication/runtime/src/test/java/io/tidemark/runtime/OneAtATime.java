package io.tidemark.runtime;

import io.tidemark.storage.Access;
import io.tidemark.storage.Directory;
import io.tidemark.storage.MappedFile;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// A simulated directory for several threads, whose writes can be held up.
final class OneAtATime implements Directory {
  private final Object disk = new Object();
  private volatile Directory directory;
  private volatile Predicate<String> held = _ -> false;
  private volatile CountDownLatch gate = new CountDownLatch(0);
  private volatile boolean waiting;

  OneAtATime(Directory directory) {
    this.directory = directory;
  }

  /// Does something to the disk while nobody else touches it.
  void alone(Runnable change) {
    synchronized (disk) {
      change.run();
    }
  }

  /// Goes on with what is there after a crash.
  void replace(Directory next) {
    directory = next;
  }

  /// Holds up every write to the files that `names` accepts.
  void holdWrites(Predicate<String> names) {
    gate = new CountDownLatch(1);
    held = names;
  }

  boolean aWriteIsHeld() {
    return waiting;
  }

  void releaseWrites() {
    held = _ -> false;
    gate.countDown();
  }

  private <T> T get(Supplier<T> question) {
    synchronized (disk) {
      return question.get();
    }
  }

  @Override
  public String describe() {
    return directory.describe();
  }

  @Override
  public List<String> list() {
    return get(directory::list);
  }

  @Override
  public List<String> children() {
    return get(directory::children);
  }

  @Override
  public StoredFile create(String name, Access access) {
    return new File(name, get(() -> directory.create(name, access)));
  }

  @Override
  public StoredFile open(String name, Access access) {
    return new File(name, get(() -> directory.open(name, access)));
  }

  @Override
  public void rename(String from, String to) {
    alone(() -> directory.rename(from, to));
  }

  @Override
  public void delete(String name) {
    alone(() -> directory.delete(name));
  }

  @Override
  public void sync() {
    alone(() -> directory.sync());
  }

  @Override
  public Directory child(String name) {
    throw new UnsupportedOperationException("a replica has no children");
  }

  @Override
  public Lock lock() {
    return get(directory::lock);
  }

  private final class File implements StoredFile {
    private final String name;
    private final StoredFile file;

    File(String name, StoredFile file) {
      this.name = name;
      this.file = file;
    }

    @Override
    public String describe() {
      return file.describe();
    }

    @Override
    public long lengthBytes() {
      return get(file::lengthBytes);
    }

    @Override
    public int read(ByteBuffer target, long position) {
      return get(() -> file.read(target, position));
    }

    @Override
    public int blockBytes() {
      return file.blockBytes();
    }

    @Override
    public Optional<MappedFile> map(long lengthBytes) {
      return Optional.empty();
    }

    @Override
    public void write(ByteBuffer source, long position) {
      if (held.test(name)) {
        waiting = true;
        try {
          if (!gate.await(20, TimeUnit.SECONDS)) {
            throw new IllegalStateException("held up for too long");
          }
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
      alone(() -> file.write(source, position));
    }

    @Override
    public void sync() {
      alone(file::sync);
    }

    @Override
    public void close() {
      alone(file::close);
    }
  }
}
