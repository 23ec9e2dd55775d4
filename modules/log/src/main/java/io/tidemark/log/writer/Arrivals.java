package io.tidemark.log.writer;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;

/// Who waits for a watermark to come as high as an LSN. Any thread waits, one moves it.
final class Arrivals {
  private final ConcurrentNavigableMap<Long, CompletableFuture<Void>> waiting =
      new ConcurrentSkipListMap<>();
  private volatile long reachedLsn;
  private volatile long failedFromLsn = Long.MAX_VALUE;
  private volatile RuntimeException failure;

  /// Completes, on the thread that moves the watermark, when it is at `lsn` or above.
  CompletionStage<Void> when(long lsn) {
    if (lsn <= reachedLsn) {
      return CompletableFuture.completedStage(null);
    }
    CompletableFuture<Void> arrival = waiting.computeIfAbsent(lsn, _ -> new CompletableFuture<>());
    // It may have been reached, or have failed, between the look and the entry.
    complete(reachedLsn);
    RuntimeException failed = failure;
    if (failed != null && lsn >= failedFromLsn) {
      failFrom(lsn, failed);
    }
    return arrival.minimalCompletionStage();
  }

  boolean isAwaited() {
    return !waiting.isEmpty();
  }

  void reached(long lsn) {
    reachedLsn = lsn;
    complete(lsn);
  }

  private void complete(long lsn) {
    if (!waiting.isEmpty()) {
      takeAll(waiting.headMap(lsn, true), arrival -> arrival.complete(null));
    }
  }

  /// No record from `lsn` on will come.
  void failFrom(long lsn, RuntimeException cause) {
    failedFromLsn = Math.min(failedFromLsn, lsn);
    failure = cause;
    takeAll(waiting.tailMap(lsn, true), arrival -> arrival.completeExceptionally(cause));
  }

  private static void takeAll(
      ConcurrentNavigableMap<Long, CompletableFuture<Void>> some,
      Consumer<CompletableFuture<Void>> end) {
    for (Map.Entry<Long, CompletableFuture<Void>> first = some.pollFirstEntry();
        first != null;
        first = some.pollFirstEntry()) {
      end.accept(first.getValue());
    }
  }
}
