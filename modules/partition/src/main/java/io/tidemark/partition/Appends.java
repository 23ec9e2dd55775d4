package io.tidemark.partition;

import io.tidemark.foundation.Check;
import io.tidemark.log.RecordData;
import io.tidemark.log.RecordFormat;
import io.tidemark.log.ring.AppendRing;
import io.tidemark.log.ring.RingConfig;
import io.tidemark.partition.AppendOutcome.Reason;
import java.lang.invoke.VarHandle;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.actor.typed.ActorRef;

/// The way in to a writer. Safe for several threads.
///
/// Records go through a ring to which the writer gives their LSNs for one leadership; without one,
/// it says why there is none. No message is sent for a record: one wakes the writer, and all
/// records that are there when it looks are the next batch.
public final class Appends {
  /// What is open to producers.
  private record Gate(Optional<AppendRing> ring, Reason reason, String detail) {
    static Gate closed(Reason reason, String detail) {
      return new Gate(Optional.empty(), reason, detail);
    }
  }

  /// Of a writer that takes no records: closed, and empty for ever.
  static final AppendRing NO_RING = closedRing();

  private final Admission admission;
  private final WriterHealth health = new WriterHealth();
  private final Lease lease;
  private final AtomicBoolean woken = new AtomicBoolean();
  private volatile Gate gate = Gate.closed(Reason.NOT_LEADER, "not the leader");
  private volatile Optional<ActorRef<Writer.Command>> writer = Optional.empty();

  /// @param lease asked before each append
  public Appends(WriterConfig config, Lease lease) {
    this.admission = new Admission(config.maxWaitingBytes());
    this.lease = lease;
  }

  private static AppendRing closedRing() {
    AppendRing ring = new AppendRing(new RingConfig(4096, 1, 0), 1);
    ring.close();
    return ring;
  }

  /// Appends one record of type `DATA` or a user's own; `replyTo` gets the outcome.
  public void append(int type, byte[] payload, AckLevel level, ActorRef<AppendOutcome> replyTo) {
    Check.argument(RecordData.isForProducers(type), "record type %d is not for producers", type);
    int bytes = (int) Math.min(Integer.MAX_VALUE, RecordFormat.frameBytes(payload.length, false));
    if (!admission.admit(bytes)) {
      replyTo.tell(
          new AppendOutcome.Refused(
              Reason.BUSY, admission.admittedBytes() + " bytes wait for the writer already"));
      return;
    }
    append(type, payload, new Waiter(bytes, level, admission, replyTo));
  }

  private void append(int type, byte[] payload, Waiter waiter) {
    Gate now = gate;
    if (now.ring().isEmpty()) {
      waiter.refuse(now.reason(), now.detail());
    } else if (!lease.holds()) {
      waiter.refuse(Reason.NOT_LEADER, "the leadership was not confirmed in time");
    } else {
      append(type, payload, waiter, now.ring().get());
    }
  }

  private void append(int type, byte[] payload, Waiter waiter, AppendRing ring) {
    long lsn = ring.append(type, false, payload, waiter);
    if (lsn == AppendRing.FULL) {
      waiter.refuse(Reason.BUSY, "the ring in front of the writer is full");
    } else if (lsn == AppendRing.TOO_LARGE) {
      waiter.refuse(Reason.TOO_LARGE, payload.length + " bytes are more than a batch holds");
    } else if (lsn == AppendRing.CLOSED || ring.wasRefused(lsn)) {
      Gate now = gate;
      waiter.refuse(now.reason(), now.detail());
    } else {
      wake();
    }
  }

  /// A producer in this JVM that sends no messages; none while this replica does not lead.
  public Optional<Appender> appender() {
    return gate.ring().map(ring -> new Appender(this, ring));
  }

  /// How the writer is doing.
  public WriterHealth health() {
    return health;
  }

  /// What waits for an outcome now.
  public Admission admission() {
    return admission;
  }

  /// Tells the writer, unless it was told and has not looked yet. The caller's record was committed
  /// before, with a full fence between.
  void wake() {
    if (!woken.get() && !woken.getAndSet(true)) {
      writer.ifPresent(ref -> ref.tell(Writer.Reminder.FLUSH));
    }
  }

  /// The writer is going to look: who comes now wakes it again. The fence pairs with the one
  /// between a producer's commit and its look at `woken`: either the writer sees the record, or the
  /// producer wakes it.
  void looking() {
    woken.set(false);
    VarHandle.fullFence();
  }

  void writer(ActorRef<Writer.Command> ref) {
    writer = Optional.of(ref);
  }

  /// The writer takes records from `ring`.
  void open(AppendRing ring) {
    gate = new Gate(Optional.of(ring), Reason.NOT_LEADER, "leadership ended");
  }

  /// The writer takes no records, and why. What waited in the ring is refused.
  void close(Reason reason, String detail) {
    Gate before = gate;
    gate = Gate.closed(reason, detail);
    before.ring().ifPresent(ring -> refuseAll(ring, reason, detail));
  }

  private static void refuseAll(AppendRing ring, Reason reason, String detail) {
    ring.close();
    for (long lsn = ring.endLsn(); lsn < ring.claimedLsn(); lsn++) {
      if (ring.attachment(lsn) instanceof Waiter waiter) {
        waiter.refuse(reason, detail);
      }
    }
  }
}
