package io.tidemark.partition;

import io.tidemark.foundation.Check;
import io.tidemark.log.RecordData;
import io.tidemark.log.RecordFormat;
import io.tidemark.log.ring.AppendRing;
import io.tidemark.log.writer.Appender;
import io.tidemark.log.writer.Entrance;
import io.tidemark.log.writer.Refusal;
import io.tidemark.log.writer.StampedAppend;
import io.tidemark.log.writer.WriterConfig;
import io.tidemark.log.writer.WriterHealth;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.ToLongBiFunction;
import org.apache.pekko.actor.typed.ActorRef;

/// The way in to the writer of a partition. Safe for several threads.
///
/// Records go through a ring to which the writer gives their LSNs for one leadership; without one,
/// it says why there is none.
public final class Appends {
  /// Instead of an LSN: whoever waits was answered, or the writer will answer.
  private static final long ANSWERED = 0;

  private final Admission admission;
  private final WriterHealth health;
  private final Entrance entrance = new Entrance();
  private final Lease lease;
  private final Pace pace;

  /// Of a partition that commits what is synced.
  ///
  /// @param lease asked before each append
  public Appends(WriterConfig config, Lease lease) {
    this(config, lease, Integer.MAX_VALUE);
  }

  /// @param lease asked before each append
  /// @param rounds how many rounds of what waits for a quorum may be on their way to it
  public Appends(WriterConfig config, Lease lease, int rounds) {
    this.admission = new Admission(config.limits().maxWaitingBytes());
    this.health = new WriterHealth(config.delays().stalled());
    this.lease = lease;
    this.pace = new Pace(rounds);
  }

  /// Appends one record of type `DATA` or a user's own; `replyTo` gets the outcome.
  public void append(int type, byte[] payload, AckLevel level, ActorRef<AppendOutcome> replyTo) {
    checkType(type);
    append(
        RecordFormat.frameBytes(payload.length, 0),
        level,
        replyTo,
        (gate, waiter) -> ringOf(gate).append(type, false, payload, waiter));
  }

  /// Appends `record`; with a stamp once, however often this is asked: `replyTo` gets the outcome,
  /// and in it the LSN, of the first time.
  public void append(RecordData record, AckLevel level, ActorRef<AppendOutcome> replyTo) {
    checkType(record.type());
    append(
        record.frameBytes(),
        level,
        replyTo,
        record.stamp().isPresent()
            ? (gate, waiter) -> appendOnce(gate, record, waiter)
            : (gate, waiter) -> ringOf(gate).append(record, waiter));
  }

  private static AppendRing ringOf(Entrance.Gate gate) {
    return gate.ring().orElseThrow();
  }

  private static long appendOnce(Entrance.Gate gate, RecordData record, RecordWaiter waiter) {
    switch (gate.append(record, waiter)) {
      case StampedAppend.Taken(long lsn) -> {
        return lsn;
      }
      case StampedAppend.NotTaken(long code) -> {
        return code;
      }
      case StampedAppend.Repeat _ -> {
        return ANSWERED;
      }
      case StampedAppend.TooOld _ ->
          waiter.refused(Refusal.SEQUENCE_TOO_OLD, "older than what is remembered of its producer");
      case StampedAppend.Gap(long expected) ->
          waiter.refused(Refusal.SEQUENCE_GAP, "expected sequence " + expected);
    }
    return ANSWERED;
  }

  /// Appends `records`, at least one, as one: all of them will be there, or none. `replyTo` gets
  /// one outcome, with the LSN of the last; those of the others come right before.
  public void appendAll(List<RecordData> records, AckLevel level, ActorRef<AppendOutcome> replyTo) {
    long bytes = 0;
    for (RecordData record : records) {
      checkType(record.type());
      bytes += record.frameBytes();
    }
    append(
        bytes,
        level,
        replyTo,
        (gate, waiter) -> {
          long first = ringOf(gate).appendAll(records, waiter);
          return first < 0 ? first : first + records.size() - 1;
        });
  }

  private static void checkType(int type) {
    Check.argument(RecordData.isForProducers(type), "record type %d is not for producers", type);
  }

  private void append(
      long bytes,
      AckLevel level,
      ActorRef<AppendOutcome> replyTo,
      ToLongBiFunction<Entrance.Gate, RecordWaiter> put) {
    if (!admission.admit(bytes)) {
      replyTo.tell(
          new AppendOutcome.Refused(
              Refusal.BUSY, admission.admittedBytes() + " bytes wait for the writer already"));
      return;
    }
    pace.expects(level);
    RecordWaiter waiter = new RecordWaiter(bytes, level, admission, health, replyTo);
    Entrance.Gate gate = entrance.gate();
    if (gate.ring().isEmpty()) {
      waiter.refused(gate.reason(), gate.detail());
    } else if (!lease.holds()) {
      waiter.refused(Refusal.NOT_LEADER, "the leadership was not confirmed in time");
    } else {
      append(bytes, waiter, gate, put);
    }
  }

  private void append(
      long bytes,
      RecordWaiter waiter,
      Entrance.Gate gate,
      ToLongBiFunction<Entrance.Gate, RecordWaiter> put) {
    long lsn;
    try {
      lsn = put.applyAsLong(gate, waiter);
    } catch (RuntimeException e) {
      // It left records nobody wants, and others may wait behind them.
      admission.release(bytes);
      entrance.wake();
      throw e;
    }
    if (lsn == ANSWERED) {
      entrance.wake();
    } else if (lsn == AppendRing.FULL) {
      waiter.refused(Refusal.BUSY, "the ring in front of the writer is full");
    } else if (lsn == AppendRing.TOO_LARGE) {
      waiter.refused(
          Refusal.TOO_LARGE, bytes + " bytes, or so many records, are more than a batch holds");
    } else if (lsn == AppendRing.CLOSED || ringOf(gate).wasRefused(lsn)) {
      Entrance.Gate now = entrance.gate();
      waiter.refused(now.reason(), now.detail());
    } else {
      entrance.wake();
    }
  }

  /// A producer in this JVM that sends no messages; none while this replica does not lead.
  public Optional<Appender> appender() {
    pace.hurry();
    return entrance.appender();
  }

  /// The same; `user` hears how far its records have come. It is called by the writer or by the
  /// owner of the partition, and must not block: an actor's `tell` is what it is meant to be.
  public Optional<Appender> appender(AckLevel level, Consumer<Progress> user) {
    pace.expects(level);
    return lease.holds() ? entrance.appender(new Tracker(level, user)) : Optional.empty();
  }

  /// How the writer is doing.
  public WriterHealth health() {
    return health;
  }

  /// What waits for an outcome now.
  public Admission admission() {
    return admission;
  }

  /// Everything up to `lsn` is committed.
  public void committed(long lsn) {
    pace.committed(lsn);
  }

  Pace pace() {
    return pace;
  }

  Entrance entrance() {
    return entrance;
  }
}
