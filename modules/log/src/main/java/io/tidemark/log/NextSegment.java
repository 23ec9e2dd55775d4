package io.tidemark.log;

import io.tidemark.storage.Access;
import io.tidemark.storage.Directory;
import io.tidemark.storage.DurableNames;
import io.tidemark.storage.StorageException;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/// Keeps a file of real zeros ready, so that a roll need not write them.
///
/// The zeros are written in the background where there is one; everything else is called by the
/// log's writing thread.
final class NextSegment {
  static final String FILE = "next.prepared";

  private final Directory directory;
  private final Access access;
  private final long segmentBytes;
  private final Optional<Executor> background;
  private Optional<CompletableFuture<Void>> preparing = Optional.empty();

  NextSegment(Directory directory, LogConfig config, Optional<Executor> background) {
    this.directory = directory;
    this.access = config.access();
    this.segmentBytes = config.segmentBytes();
    this.background = background;
  }

  /// Begins to make the file if that was not begun, or failed; nothing without a background. Never
  /// fails itself.
  void prepare() {
    boolean failed = preparing.filter(CompletableFuture::isCompletedExceptionally).isPresent();
    if (background.isPresent() && (preparing.isEmpty() || failed)) {
      preparing = Optional.of(CompletableFuture.runAsync(this::make, background.get()));
    }
  }

  /// One of the right length is left over from the process before: the zeros were written before it
  /// got its name.
  private void make() {
    if (directory.list().contains(FILE)) {
      try (StoredFile file = directory.open(FILE)) {
        if (file.lengthBytes() == segmentBytes) {
          return;
        }
      }
    }
    DurableNames.replaceZeroed(directory, FILE, access, segmentBytes);
  }

  /// Whether [#take] needs no time and no room; without a background nobody knows before.
  boolean isReady() {
    return background.isEmpty()
        || preparing.filter(made -> made.isDone() && !made.isCompletedExceptionally()).isPresent();
  }

  /// What writes to it are multiples of.
  int blockBytes() {
    await();
    try (StoredFile file = directory.open(FILE, access)) {
      return file.blockBytes();
    }
  }

  /// The file, with `head` at its start, under the name `to`; waits where it is being made, and
  /// makes it where it is not. Throws what its making threw, and can then be asked again.
  StoredFile take(String to, ByteBuffer head) {
    await();
    preparing = Optional.empty();
    return DurableNames.adopt(directory, FILE, to, access, head);
  }

  /// Waits where it is being made, and makes it where it is not.
  void await() {
    prepare();
    if (preparing.isEmpty()) {
      make();
      return;
    }
    try {
      preparing.get().join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof StorageException failure) {
        throw new StorageException(failure.category(), failure.getMessage(), failure);
      }
      throw e;
    }
  }

  /// Waits until nothing is written any more.
  void close() {
    preparing.ifPresent(made -> made.exceptionally(_ -> null).join());
  }
}
