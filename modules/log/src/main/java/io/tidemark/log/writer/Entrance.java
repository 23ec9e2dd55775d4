package io.tidemark.log.writer;

import io.tidemark.log.RecordData;
import io.tidemark.log.producers.ProducerLimits;
import io.tidemark.log.producers.Producers;
import io.tidemark.log.ring.AppendRing;
import io.tidemark.log.ring.RingConfig;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/// The way in to a writer: its ring, or why there is none. Safe for several threads.
///
/// No message is sent for a record: one wakes the writer, and all records that are there when it
/// looks are the next batch.
public final class Entrance {
  /// What is open to producers.
  ///
  /// @param reason why there is no ring, or why the one before was closed
  public record Gate(Optional<Lane> lane, Refusal reason, String detail) {
    static Gate closed(Refusal reason, String detail) {
      return new Gate(Optional.empty(), reason, detail);
    }

    public Optional<AppendRing> ring() {
      return lane.map(Lane::ring);
    }

    /// Appends `record`, which has a stamp, unless it was appended before; in both cases `waiting`
    /// hears how far that came.
    public StampedAppend append(RecordData record, Waiting waiting) {
      return lane.map(open -> open.append(record, waiting))
          .orElseGet(() -> new StampedAppend.NotTaken(AppendRing.CLOSED));
    }
  }

  /// Of a writer that takes no records: closed, and empty for ever.
  static final AppendRing NO_RING = closedRing();

  private final AtomicBoolean woken = new AtomicBoolean();

  /// Closed, with records that are appended and not durable yet. The writer's thread only.
  private final List<Lane> closing = new ArrayList<>();

  /// The writer's thread only.
  private Producers producers = new Producers(ProducerLimits.defaults());

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
    return appender(AppendRing.NO_ATTACHMENT);
  }

  /// The same; `waiting` hears of each of its records.
  public Optional<Appender> appender(Waiting waiting) {
    return appender((Object) waiting);
  }

  private Optional<Appender> appender(Object attachment) {
    return gate.lane().map(lane -> new Appender(this, lane, attachment));
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

  /// Who appends again what is in the log of the writer.
  void producers(Producers known) {
    producers = known;
  }

  /// The writer takes records from `ring`; everything up to `durableLsn` is durable.
  void open(AppendRing ring, long durableLsn) {
    replace(ring, durableLsn, gate.reason(), gate.detail());
  }

  /// Takes who waits for a record that was appended before, at or below `appendedLsn`.
  List<Repeats.Repeated> repeated(long appendedLsn) {
    Gate open = gate;
    return open.lane().isPresent() ? open.lane().get().repeated(appendedLsn) : List.of();
  }

  /// The writer takes records from `ring` instead; what was not taken from the one before is
  /// refused.
  void replace(AppendRing ring, long durableLsn, Refusal reason, String detail) {
    Gate before = gate;
    Lane lane = new Lane(ring, producers);
    lane.durable().durable(durableLsn);
    gate = new Gate(Optional.of(lane), reason, detail);
    before.lane().ifPresent(old -> close(old, ring.endLsn(), reason, detail));
  }

  /// The writer takes no records, and why. Those from `fromLsn` on were not appended.
  void close(long fromLsn, Refusal reason, String detail) {
    Gate before = gate;
    gate = Gate.closed(reason, detail);
    before.lane().ifPresent(lane -> close(lane, fromLsn, reason, detail));
  }

  private void close(Lane lane, long fromLsn, Refusal reason, String detail) {
    lane.close(fromLsn, reason, detail);
    if (!lane.durable().isSettled()) {
      closing.add(lane);
    }
  }

  /// Everything up to `lsn` is durable.
  void durable(long lsn) {
    gate.lane().ifPresent(lane -> lane.durable().durable(lsn));
    if (!closing.isEmpty()) {
      closing.forEach(lane -> lane.durable().durable(lsn));
      closing.removeIf(lane -> lane.durable().isSettled());
    }
  }

  /// Nothing more will be durable: what is waited for is unknown.
  void lose(RuntimeException cause) {
    closing.forEach(lane -> lane.durable().lose(cause));
    closing.clear();
  }

  /// Whether somebody waits for a sync.
  boolean isDurableAwaited() {
    return gate.lane().filter(lane -> lane.durable().isAwaited()).isPresent()
        || (!closing.isEmpty() && closing.stream().anyMatch(lane -> lane.durable().isAwaited()));
  }
}
