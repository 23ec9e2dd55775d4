package io.tidemark.benchmarks.replicated.member;

import io.tidemark.simkit.ForwardingDirectory;
import io.tidemark.simkit.ForwardingFile;
import io.tidemark.storage.Directory;
import io.tidemark.storage.StoredFile;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// A directory of a disk whose syncs take longer than they would, with all that is in it. Several
/// syncs at the same time wait at the same time, as in a queue of a disk that is far away.
final class SlowDirectory extends ForwardingDirectory {
  private final AtomicLong delayNanos;

  /// @param delayNanos of each sync; may change at any time
  SlowDirectory(Directory directory, AtomicLong delayNanos) {
    super(directory);
    this.delayNanos = delayNanos;
  }

  @Override
  public Directory child(String name) {
    return new SlowDirectory(super.child(name), delayNanos);
  }

  @Override
  public void sync() {
    delay();
    super.sync();
  }

  @Override
  protected StoredFile handOut(String name, StoredFile file) {
    return new SlowFile(file);
  }

  private void delay() {
    long nanos = delayNanos.get();
    long deadline = System.nanoTime() + nanos;
    for (long left = nanos; left > 0; left = deadline - System.nanoTime()) {
      LockSupport.parkNanos(this, left);
    }
  }

  private final class SlowFile extends ForwardingFile {
    SlowFile(StoredFile file) {
      super(file);
    }

    @Override
    public void sync() {
      delay();
      super.sync();
    }
  }
}
