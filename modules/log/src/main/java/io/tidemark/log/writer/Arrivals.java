package io.tidemark.log.writer;

import java.lang.invoke.VarHandle;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;

/// Who waits for records of one ring to be durable. Any thread waits, the writer's tells.
///
/// Who waits enters itself and looks then, who tells writes down first and looks then, with a full
/// fence between: one of the two sees the other.
final class Arrivals {
  /// Records from `fromLsn` on were not appended. Their LSNs will be other records'.
  private record Refused(long fromLsn, RuntimeException cause) {}

  private final ConcurrentNavigableMap<Long, CompletableFuture<Void>> waiting =
      new ConcurrentSkipListMap<>();
  private volatile long durableLsn;
  private volatile Refused refused = new Refused(Long.MAX_VALUE, new IllegalStateException());
  private volatile RuntimeException lost;

  /// Completes when `lsn` is durable, on the thread that says so.
  CompletionStage<Void> when(long lsn) {
    if (lsn <= durableLsn) {
      return CompletableFuture.completedStage(null);
    }
    CompletableFuture<Void> arrival = waiting.computeIfAbsent(lsn, _ -> new CompletableFuture<>());
    VarHandle.fullFence();
    Refused end = refused;
    RuntimeException cause = lost;
    if (lsn >= end.fromLsn()) {
      take(lsn, arrival).completeExceptionally(end.cause());
    } else if (lsn <= durableLsn) {
      take(lsn, arrival).complete(null);
    } else if (cause != null) {
      take(lsn, arrival).completeExceptionally(cause);
    }
    return arrival.minimalCompletionStage();
  }

  private CompletableFuture<Void> take(long lsn, CompletableFuture<Void> arrival) {
    waiting.remove(lsn, arrival);
    return arrival;
  }

  boolean isAwaited() {
    return !waiting.isEmpty();
  }

  /// The log is durable up to `lsn`; from the first refused LSN on, that is of other records.
  void durable(long lsn) {
    durableLsn = Math.min(lsn, refused.fromLsn() - 1);
    VarHandle.fullFence();
    if (!waiting.isEmpty()) {
      takeAll(waiting.headMap(durableLsn, true), arrival -> arrival.complete(null));
    }
  }

  /// Whether nothing is left to be said, `lsn` being the first that was refused.
  boolean isSettled() {
    return durableLsn >= refused.fromLsn() - 1;
  }

  /// No record from `fromLsn` on was appended.
  void refuse(long fromLsn, RuntimeException cause) {
    refused = new Refused(fromLsn, cause);
    VarHandle.fullFence();
    takeAll(waiting.tailMap(fromLsn, true), arrival -> arrival.completeExceptionally(cause));
  }

  /// What is not durable by now will never be known to be.
  void lose(RuntimeException cause) {
    lost = cause;
    VarHandle.fullFence();
    takeAll(waiting, arrival -> arrival.completeExceptionally(cause));
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
