package io.tidemark.simkit;

import io.tidemark.storage.Directory;
import io.tidemark.storage.MappedFile;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// A directory of a [SimulatedDisk] for several threads, whose writes and file syncs can be held
/// up, and whose reads and file syncs are counted.
///
/// The disk is for one thread at a time, so every call holds the disk's monitor; what waits at a
/// gate does not. A child has gates and counts of its own.
public final class GatedDirectory extends ForwardingDirectory {
  private final SimulatedDisk disk;
  private final Gate writeGate = new Gate();
  private final Gate syncGate = new Gate();
  private final AtomicInteger reads = new AtomicInteger();
  private final AtomicInteger syncs = new AtomicInteger();

  /// The root of `disk` as a program started now sees it.
  public GatedDirectory(SimulatedDisk disk) {
    this(disk, disk.root());
  }

  private GatedDirectory(SimulatedDisk disk, Directory directory) {
    super(directory);
    this.disk = disk;
  }

  /// Does something to the disk while nobody else touches it.
  public void alone(Runnable change) {
    synchronized (disk) {
      change.run();
    }
  }

  /// Holds up every write that begins from now on to a file that was made or opened by a name that
  /// `names` accepts.
  public void holdWrites(Predicate<String> names) {
    writeGate.close(names);
  }

  /// Whether a write has been held up.
  public boolean hasHeldAWrite() {
    return writeGate.hasHeld;
  }

  /// Lets writes go on.
  public void releaseWrites() {
    writeGate.open();
  }

  /// Holds up every file sync that begins from now on.
  public void holdSyncs() {
    syncGate.close(_ -> true);
  }

  /// Lets file syncs go on.
  public void releaseSyncs() {
    syncGate.open();
  }

  /// File syncs that have begun.
  public int syncs() {
    return syncs.get();
  }

  /// Reads of files that have begun.
  public int reads() {
    return reads.get();
  }

  @Override
  protected <T> T ask(Supplier<T> question) {
    synchronized (disk) {
      return question.get();
    }
  }

  @Override
  protected StoredFile handOut(String name, StoredFile file) {
    return new GatedFile(name, file);
  }

  @Override
  public Directory child(String name) {
    return new GatedDirectory(disk, super.child(name));
  }

  private final class GatedFile extends ForwardingFile {
    private final String name;

    GatedFile(String name, StoredFile file) {
      super(file);
      this.name = name;
    }

    @Override
    protected <T> T ask(Supplier<T> question) {
      return GatedDirectory.this.ask(question);
    }

    @Override
    public int read(ByteBuffer target, long position) {
      reads.incrementAndGet();
      return super.read(target, position);
    }

    /// None, so that every read is counted.
    @Override
    public Optional<MappedFile> map(long lengthBytes) {
      return Optional.empty();
    }

    @Override
    public void write(ByteBuffer source, long position) {
      writeGate.pass(name);
      super.write(source, position);
    }

    @Override
    public void sync() {
      syncs.incrementAndGet();
      syncGate.pass(name);
      super.sync();
    }
  }

  private static final class Gate {
    private static final int PATIENCE_SECONDS = 20;

    private volatile Predicate<String> held = _ -> false;
    private volatile CountDownLatch latch = new CountDownLatch(0);
    private volatile boolean hasHeld;

    void close(Predicate<String> names) {
      latch = new CountDownLatch(1);
      held = names;
    }

    void open() {
      held = _ -> false;
      latch.countDown();
    }

    void pass(String name) {
      if (!held.test(name)) {
        return;
      }
      hasHeld = true;
      try {
        if (!latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          throw new IllegalStateException("held up for too long");
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
