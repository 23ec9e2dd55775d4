package io.tidemark.partition;

import io.tidemark.storage.Access;
import io.tidemark.storage.Directory;
import io.tidemark.storage.MappedFile;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// A simulated directory for several threads, whose file syncs can be held up and counted.
final class GatedDirectory implements Directory {
  private final Directory directory;
  private final AtomicInteger syncs = new AtomicInteger();
  private final AtomicInteger reads = new AtomicInteger();
  private volatile CountDownLatch gate = new CountDownLatch(0);

  GatedDirectory(Directory directory) {
    this.directory = directory;
  }

  /// Holds up every sync that begins from now on.
  void holdSyncs() {
    gate = new CountDownLatch(1);
  }

  void releaseSyncs() {
    gate.countDown();
  }

  /// File syncs that have begun.
  int syncs() {
    return syncs.get();
  }

  int reads() {
    return reads.get();
  }

  /// Does something to the disk while nobody else touches it.
  void alone(Runnable change) {
    synchronized (directory) {
      change.run();
    }
  }

  @Override
  public String describe() {
    return directory.describe();
  }

  @Override
  public List<String> list() {
    synchronized (directory) {
      return directory.list();
    }
  }

  @Override
  public List<String> children() {
    synchronized (directory) {
      return directory.children();
    }
  }

  @Override
  public StoredFile create(String name, Access access) {
    synchronized (directory) {
      return new GatedFile(directory.create(name, access));
    }
  }

  @Override
  public StoredFile open(String name, Access access) {
    synchronized (directory) {
      return new GatedFile(directory.open(name, access));
    }
  }

  @Override
  public void rename(String from, String to) {
    synchronized (directory) {
      directory.rename(from, to);
    }
  }

  @Override
  public void delete(String name) {
    synchronized (directory) {
      directory.delete(name);
    }
  }

  @Override
  public void sync() {
    synchronized (directory) {
      directory.sync();
    }
  }

  @Override
  public Directory child(String name) {
    throw new UnsupportedOperationException("a log has no children");
  }

  @Override
  public Lock lock() {
    synchronized (directory) {
      return directory.lock();
    }
  }

  private final class GatedFile implements StoredFile {
    private final StoredFile file;

    GatedFile(StoredFile file) {
      this.file = file;
    }

    @Override
    public String describe() {
      return file.describe();
    }

    @Override
    public long lengthBytes() {
      synchronized (directory) {
        return file.lengthBytes();
      }
    }

    @Override
    public int read(ByteBuffer target, long position) {
      reads.incrementAndGet();
      synchronized (directory) {
        return file.read(target, position);
      }
    }

    @Override
    public int blockBytes() {
      return file.blockBytes();
    }

    /// None, so that every read is counted.
    @Override
    public Optional<MappedFile> map(long lengthBytes) {
      return Optional.empty();
    }

    @Override
    public void write(ByteBuffer source, long position) {
      synchronized (directory) {
        file.write(source, position);
      }
    }

    @Override
    public void sync() {
      syncs.incrementAndGet();
      try {
        if (!gate.await(20, TimeUnit.SECONDS)) {
          throw new IllegalStateException("held up for too long");
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      synchronized (directory) {
        file.sync();
      }
    }

    @Override
    public void close() {
      synchronized (directory) {
        file.close();
      }
    }
  }
}
