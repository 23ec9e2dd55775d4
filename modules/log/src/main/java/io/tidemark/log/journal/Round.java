package io.tidemark.log.journal;

import io.tidemark.log.BatchBuilder;
import io.tidemark.storage.StorageException;
import io.tidemark.storage.StorageException.Category;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/// Entries that are written and synced together. Filled under the lock of its journal.
final class Round {
  private static final int RECORD_COUNT_LIMIT = 1 << 16;

  private final BatchBuilder builder;
  private final long baseLsn;
  private final AtomicBoolean led = new AtomicBoolean();
  private final CountDownLatch done = new CountDownLatch(1);
  private volatile Optional<RuntimeException> failure = Optional.empty();

  Round(BatchBuilder builder, long baseLsn) {
    this.builder = builder;
    this.baseLsn = baseLsn;
    builder.clear();
  }

  long baseLsn() {
    return baseLsn;
  }

  BatchBuilder builder() {
    return builder;
  }

  /// The LSN of the next entry.
  long nextLsn() {
    return baseLsn + builder.records();
  }

  boolean hasRoom(int bytes) {
    return bytes <= builder.roomBytes() && builder.records() < RECORD_COUNT_LIMIT;
  }

  /// Returns its LSN.
  long add(int type, long number, byte[] path, ByteBuffer content) {
    long lsn = nextLsn();
    builder.added(1, Entry.put(builder.memory(), builder.bodyAt(), type, number, path, content));
    return lsn;
  }

  /// Whether the caller is the one that writes it.
  boolean lead() {
    return led.compareAndSet(false, true);
  }

  void succeed() {
    done.countDown();
  }

  void fail(RuntimeException cause) {
    failure = Optional.of(cause);
    done.countDown();
  }

  /// Returns when it is on the disk; throws if it surely is not, or nobody knows.
  void await() {
    awaitEnd();
    failure.ifPresent(
        cause -> {
          throw new StorageException(
              Category.SYNC_FAILED, "the journal failed: " + cause.getMessage(), cause);
        });
  }

  /// Returns when it is on the disk, or failed. An interrupt spoils nothing.
  void awaitEnd() {
    boolean interrupted = false;
    while (true) {
      try {
        done.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
