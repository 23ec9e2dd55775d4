package io.tidemark.log.writer;

import io.tidemark.log.ring.AppendRing;
import io.tidemark.log.ring.RingConfig;
import java.lang.invoke.VarHandle;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;

/// The way in to a writer: its ring, or why there is none. Safe for several threads.
///
/// No message is sent for a record: one wakes the writer, and all records that are there when it
/// looks are the next batch.
public final class Entrance {
  /// What is open to producers.
  ///
  /// @param reason why there is no ring, or why the one before was closed
  public record Gate(Optional<AppendRing> ring, Refusal reason, String detail) {
    static Gate closed(Refusal reason, String detail) {
      return new Gate(Optional.empty(), reason, detail);
    }
  }

  /// Of a writer that takes no records: closed, and empty for ever.
  static final AppendRing NO_RING = closedRing();

  private final AtomicBoolean woken = new AtomicBoolean();
  private final Arrivals durable = new Arrivals();
  private volatile Gate gate = Gate.closed(Refusal.NOT_LEADER, "not the leader");
  private volatile Runnable waker = () -> {};

  private static AppendRing closedRing() {
    AppendRing ring = new AppendRing(new RingConfig(4096, 1, 0, 1), 1);
    ring.close();
    return ring;
  }

  /// What is open now.
  public Gate gate() {
    return gate;
  }

  /// A producer that needs no message for a record; none while the writer takes no records.
  public Optional<Appender> appender() {
    return gate.ring().map(ring -> new Appender(this, ring));
  }

  /// Tells the writer, unless it was told and has not looked yet. The caller's record was committed
  /// before, with a full fence between.
  public void wake() {
    if (!woken.get() && !woken.getAndSet(true)) {
      waker.run();
    }
  }

  /// How the writer is told; called by any thread, seldom.
  void waker(Runnable newWaker) {
    waker = newWaker;
  }

  /// Whether the writer was told and has not looked yet.
  boolean isWoken() {
    return woken.get();
  }

  /// The writer is going to look: who comes now wakes it again. The fence pairs with the one
  /// between a producer's commit and its look at `woken`: either the writer sees the record, or the
  /// producer wakes it.
  void looking() {
    woken.set(false);
    VarHandle.fullFence();
  }

  /// The writer takes records from `ring`; everything up to `durableLsn` is durable.
  void open(AppendRing ring, long durableLsn) {
    durable.reached(durableLsn);
    gate = new Gate(Optional.of(ring), gate.reason(), gate.detail());
  }

  /// The writer takes records from `ring` instead; what waited in the one before is refused.
  void replace(AppendRing ring, Refusal reason, String detail) {
    Gate before = gate;
    gate = new Gate(Optional.of(ring), reason, detail);
    refuseAll(before.ring().orElseThrow(), reason, detail);
  }

  /// Everything up to `lsn` is durable.
  void durable(long lsn) {
    durable.reached(lsn);
  }

  /// Whether somebody waits for a sync.
  boolean isDurableAwaited() {
    return durable.isAwaited();
  }

  /// The writer takes no records, and why. What waited in the ring is refused.
  void close(Refusal reason, String detail) {
    Gate before = gate;
    gate = Gate.closed(reason, detail);
    before.ring().ifPresent(ring -> refuseAll(ring, reason, detail));
  }

  private void refuseAll(AppendRing ring, Refusal reason, String detail) {
    ring.close();
    for (long lsn = ring.endLsn(); lsn < ring.claimedLsn(); lsn++) {
      if (ring.attachment(lsn) instanceof Waiting waiting) {
        waiting.refused(reason, detail);
      }
    }
    durable.failFrom(ring.endLsn(), new NotAppendedException(reason, detail));
  }

  /// Completes when `lsn`, which was claimed in `ring`, is durable; fails if it was refused. It is
  /// synced for that, whatever the policy.
  CompletionStage<Void> whenDurable(AppendRing ring, long lsn) {
    CompletionStage<Void> stage = durable.when(lsn);
    if (ring.wasRefused(lsn)) {
      Gate now = gate;
      return CompletableFuture.failedStage(new NotAppendedException(now.reason(), now.detail()));
    }
    wake();
    return stage;
  }
}
