package io.tidemark.partition;

import io.tidemark.foundation.Check;
import io.tidemark.log.Batch;
import io.tidemark.log.Log;
import io.tidemark.log.RecordData;
import io.tidemark.partition.AppendOutcome.Reason;
import io.tidemark.storage.StorageException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/// Writes one log, batch by batch; blocks on its own dispatcher, [#DISPATCHER].
public final class Writer extends AbstractBehavior<Writer.Command> {
  /// Where writers run: threads that may block on a disk.
  public static final String DISPATCHER = "tidemark.writer-dispatcher";

  /// What a writer is asked to do.
  public sealed interface Command {}

  /// Append one record and answer when `level` holds. Answers to `QUORUM` and `ALL` are the
  /// owner's.
  ///
  /// @param admission where the room for it was taken; given back with the outcome
  public record Append(
      int type,
      byte[] payload,
      AckLevel level,
      Admission admission,
      ActorRef<AppendOutcome> replyTo)
      implements Command {
    public Append {
      Check.argument(
          type == RecordData.DATA
              || (type >= RecordData.FIRST_USER_TYPE && type <= RecordData.LAST_TYPE),
          "record type %d is not for producers",
          type);
    }

    /// What one record takes of a batch, or of the room in front of the writer.
    public static int sizeBytes(byte[] payload) {
      return payload.length + RECORD_OVERHEAD_BYTES;
    }

    int sizeBytes() {
      return sizeBytes(payload);
    }

    /// The one and only answer.
    void answer(AppendOutcome outcome) {
      admission.release(sizeBytes());
      replyTo.tell(outcome);
    }
  }

  /// Number records from now on, in `epoch`; the first is an anchor.
  public record Lead(long epoch) implements Command {}

  /// Stop numbering; answered by [Settled].
  public record StopLeading() implements Command {}

  /// Append batches of another replica verbatim; those that are there already are skipped.
  public record AppendReceived(List<Batch> batches) implements Command {}

  /// Drop every record after `lsn`; answered by [Settled].
  public record TruncateAfter(long lsn) implements Command {}

  private enum Flush implements Command {
    INSTANCE
  }

  /// What a writer tells its owner, in the order in which it happened.
  public sealed interface Event {}

  /// `batch` is in the log, not synced yet; `waiters` are to be answered at its commit.
  public record Appended(Batch batch, List<Waiter> waiters) implements Event {}

  /// Synced up to `lsn`.
  public record Synced(long lsn) implements Event {}

  /// The command to stop leading or to truncate is done.
  public record Settled(long lastLsn, long durableLsn) implements Event {}

  /// The log failed. Nothing more will be written or acknowledged by this writer.
  public record Failed(RuntimeException cause) implements Event {}

  /// `append` is record `lsn` of `epoch` and waits for its level.
  public record Waiter(long lsn, long epoch, Append append) {
    /// The good end.
    public void acknowledge() {
      append.answer(new AppendOutcome.Acknowledged(lsn, epoch, append.level()));
    }

    /// The end that nobody knows.
    public void unknown(String detail) {
      append.answer(new AppendOutcome.Unknown(detail));
    }
  }

  private static final int RECORD_OVERHEAD_BYTES = 8;

  private final WriterConfig config;
  private final Log log;
  private final ActorRef<Event> owner;
  private final TimeSource time;
  private final Lease lease;
  private final ArrayDeque<Append> pending = new ArrayDeque<>();
  private final List<Waiter> waitingForSync = new ArrayList<>();
  private boolean leading;
  private long epoch;
  private boolean flushing;

  /// Something was appended and its sync not reported yet. Not the same as a log that is not
  /// synced: a roll syncs it on the way.
  private boolean syncDue;

  private RuntimeException failure;

  /// Microseconds since 1970.
  @FunctionalInterface
  public interface TimeSource {
    long micros();
  }

  /// A writer that owns `log` and closes it when it stops.
  public static Behavior<Command> create(
      WriterConfig config, Log log, TimeSource time, Lease lease, ActorRef<Event> owner) {
    return Behaviors.setup(context -> new Writer(context, config, log, time, lease, owner));
  }

  private Writer(
      ActorContext<Command> context,
      WriterConfig config,
      Log log,
      TimeSource time,
      Lease lease,
      ActorRef<Event> owner) {
    super(context);
    this.config = config;
    this.log = log;
    this.time = time;
    this.lease = lease;
    this.owner = owner;
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Command.class, this::onCommand)
        .onSignal(PostStop.class, _ -> onStop())
        .build();
  }

  private Behavior<Command> onCommand(Command command) {
    if (failure != null) {
      refuse(command);
      return this;
    }
    try {
      switch (command) {
        case Append append -> accept(append);
        case Lead lead -> lead(lead.epoch());
        case StopLeading _ -> stopLeading();
        case AppendReceived received -> appendReceived(received.batches());
        case TruncateAfter truncate -> {
          log.truncateAfter(truncate.lsn());
          settled();
        }
        case Flush _ -> flush();
      }
    } catch (RuntimeException e) {
      fence(e);
    }
    return this;
  }

  private void accept(Append append) {
    if (!leading || !lease.holds()) {
      refused(append, Reason.NOT_LEADER, "not the leader");
    } else if (append.sizeBytes() > config.maxBatchBytes()) {
      refused(
          append,
          Reason.TOO_LARGE,
          append.payload().length + " bytes, a batch holds " + config.maxBatchBytes());
    } else {
      pending.addLast(append);
      scheduleFlush();
    }
  }

  private void lead(long newEpoch) {
    Check.that(newEpoch > log.lastEpoch(), "epoch %d is not above %d", newEpoch, log.lastEpoch());
    leading = true;
    epoch = newEpoch;
    write(List.of(RecordData.anchor()), List.of());
    scheduleFlush();
  }

  private void stopLeading() {
    leading = false;
    refusePending(Reason.NOT_LEADER, "leadership ended");
    sync();
    settled();
  }

  private void appendReceived(List<Batch> batches) {
    long appended = log.appendedLsn();
    List<Batch> fresh = batches.stream().filter(batch -> batch.baseLsn() > appended).toList();
    if (!fresh.isEmpty()) {
      syncDue = true;
      log.append(fresh);
      scheduleFlush();
    }
  }

  private void scheduleFlush() {
    if (!flushing) {
      flushing = true;
      getContext().getSelf().tell(Flush.INSTANCE);
    }
  }

  private void flush() {
    flushing = false;
    while (!pending.isEmpty()) {
      writeNextBatch();
    }
    sync();
  }

  private void writeNextBatch() {
    List<RecordData> records = new ArrayList<>();
    List<Append> appends = new ArrayList<>();
    int bytes = 0;
    while (!pending.isEmpty()
        && records.size() < config.maxBatchRecords()
        && bytes + pending.getFirst().sizeBytes() <= config.maxBatchBytes()) {
      Append append = pending.removeFirst();
      bytes += append.sizeBytes();
      records.add(RecordData.of(append.type(), append.payload()));
      appends.add(append);
    }
    write(records, appends);
  }

  private void write(List<RecordData> records, List<Append> appends) {
    long baseLsn = log.appendedLsn() + 1;
    long now = Math.max(log.lastTimeMicros(), time.micros());
    Batch batch = Batch.encode(baseLsn, epoch, now, log.lastChecksum(), records);
    try {
      log.append(batch);
    } catch (StorageException e) {
      if (e.category() != StorageException.Category.FULL) {
        appends.forEach(append -> unknown(append, e));
        throw e;
      }
      appends.forEach(append -> refused(append, Reason.FULL, e.getMessage()));
      return;
    } catch (RuntimeException e) {
      appends.forEach(append -> unknown(append, e));
      throw e;
    }
    syncDue = true;
    List<Waiter> forOwner = new ArrayList<>();
    for (int i = 0; i < appends.size(); i++) {
      Append append = appends.get(i);
      Waiter waiter = new Waiter(baseLsn + i, epoch, append);
      switch (append.level()) {
        case RECEIVED -> acknowledge(waiter);
        case LOCAL -> waitingForSync.add(waiter);
        case QUORUM, ALL -> forOwner.add(waiter);
      }
    }
    owner.tell(new Appended(batch, forOwner));
  }

  private void sync() {
    if (syncDue) {
      log.sync();
      syncDue = false;
      waitingForSync.forEach(this::acknowledge);
      waitingForSync.clear();
      owner.tell(new Synced(log.durableLsn()));
    }
  }

  /// A process that was stopped for a while may have been replaced: what it did alone since is
  /// nobody's.
  private void acknowledge(Waiter waiter) {
    if (lease.holds()) {
      waiter.acknowledge();
    } else {
      waiter.unknown("the leadership of epoch " + epoch + " was not confirmed in time");
    }
  }

  private void settled() {
    owner.tell(new Settled(log.appendedLsn(), log.durableLsn()));
  }

  /// The first failure is the last: what waits for a sync is unknown, what is pending surely not
  /// there.
  private void fence(RuntimeException cause) {
    failure = cause;
    getContext().getLog().error("fenced: {}", cause.getMessage(), cause);
    waitingForSync.forEach(waiter -> waiter.unknown(cause.getMessage()));
    waitingForSync.clear();
    refusePending(Reason.FENCED, cause.getMessage());
    owner.tell(new Failed(cause));
  }

  private void refuse(Command command) {
    if (command instanceof Append append) {
      refused(append, Reason.FENCED, failure.getMessage());
    }
  }

  private void refusePending(Reason reason, String detail) {
    pending.forEach(append -> refused(append, reason, detail));
    pending.clear();
  }

  private static void refused(Append append, Reason reason, String detail) {
    append.answer(new AppendOutcome.Refused(reason, detail));
  }

  private static void unknown(Append append, RuntimeException cause) {
    append.answer(new AppendOutcome.Unknown(cause.getMessage()));
  }

  private Behavior<Command> onStop() {
    refusePending(Reason.NOT_LEADER, "the node stops");
    log.close();
    return this;
  }
}
