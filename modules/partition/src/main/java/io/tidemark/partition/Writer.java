package io.tidemark.partition;

import io.tidemark.log.Batch;
import io.tidemark.log.BatchBuilder;
import io.tidemark.log.Log;
import io.tidemark.log.LogDamagedException;
import io.tidemark.log.RecordData;
import io.tidemark.log.Tail;
import io.tidemark.log.writer.BatchWriter;
import io.tidemark.log.writer.Waiting;
import io.tidemark.log.writer.WriterConfig;
import io.tidemark.log.writer.WriterHealth;
import io.tidemark.log.writer.WriterHost;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/// Writes one log: a [BatchWriter] in an actor. Blocks on its own dispatcher, [#DISPATCHER].
public final class Writer extends AbstractBehavior<Writer.Command> {
  /// Where writers run: threads that may block on a disk.
  public static final String DISPATCHER = "tidemark.writer-dispatcher";

  /// What a writer is asked to do.
  public sealed interface Command {}

  /// Number records from now on, in `epoch`; the first is an anchor.
  public record Lead(long epoch) implements Command {}

  /// Stop numbering; answered by [Settled].
  public record StopLeading() implements Command {}

  /// Number nothing more until [Resume], and refuse what comes; answered by [Held].
  public record Hold() implements Command {}

  /// Number records again.
  public record Resume() implements Command {}

  /// Do something between the command before and the next one; a failure fails the log.
  public record Aside(Runnable action) implements Command {}

  /// Do something towards mending the log, whatever waits for that; a failure fails the log.
  public record Mend(Runnable action) implements Command {}

  /// Append `record` alone in a batch, if it still leads `ofEpoch`; `before` is told which LSN it
  /// will have, and `undo`, which LSN the log ends with, if it was not appended after all. Answered
  /// by [Appended] or [NotAppended].
  public record AppendAlone(long ofEpoch, RecordData record, LongConsumer before, LongConsumer undo)
      implements Command {}

  /// Append batches of another replica verbatim; those that are there already are skipped.
  public record AppendReceived(List<Batch> batches) implements Command {}

  /// Drop every record after `lsn`; answered by [Settled]. Where damage that is being mended is in
  /// the way, this and all that follows is done after a [Mend].
  public record TruncateAfter(long lsn) implements Command {}

  /// Delete records below `lsn`, all of them for good, as far as that is possible; answered by
  /// [Trimmed].
  public record Trim(long lsn) implements Command {}

  /// Drop every record and begin anew behind `start`, with what is known of producers there;
  /// answered by [Begun]. It must not lead.
  public record BeginBehind(Tail start, ByteBuffer producers) implements Command {}

  /// Records are waiting in the ring, or batches for their sync.
  private enum Flush implements Command {
    FLUSH
  }

  private record Remind(WriterHost.Reminder reminder) implements Command {}

  /// What a writer tells its owner, in the order in which it happened.
  public sealed interface Event {
    /// Who is to be answered at a commit.
    default List<Waiter> waiters() {
      return List.of();
    }
  }

  /// `batch` is in the log, not synced yet; `waiters` are to be answered at its commit.
  public record Appended(Batch batch, List<Waiter> waiters) implements Event {}

  /// `waiters` wait for records that are in the log since an earlier [Appended], or an earlier
  /// leadership, and are to be answered at their commit.
  public record Repeated(List<Waiter> waiters) implements Event {}

  /// Synced up to `lsn`.
  public record Synced(long lsn) implements Event {}

  /// There is no room on the disk; it refuses what comes, and looks for room by itself.
  public record ReadOnly(String reason) implements Event {}

  /// Of what was received there was no room for what comes behind record `lastLsn`.
  public record NotReceived(long lastLsn) implements Event {}

  /// The command to hold is done in `epoch`: no [Appended] follows.
  public record Held(long epoch) implements Event {}

  /// A command to append a record alone was not carried out in `epoch`.
  public record NotAppended(long epoch) implements Event {}

  /// The command to trim is done, or could not be done now: the log begins with record `firstLsn`.
  public record Trimmed(long firstLsn) implements Event {}

  /// The command to begin anew behind record `lsn` is done.
  public record Begun(long lsn) implements Event {}

  /// The command to stop leading or to truncate is done.
  public record Settled(long lastLsn, long durableLsn) implements Event {}

  /// The log failed: nothing more is written or acknowledged.
  public record Failed(RuntimeException cause) implements Event {}

  private final TimerScheduler<Command> timers;
  private final Log log;
  private final ActorRef<Event> owner;
  private final TimeSource time;
  private final Lease lease;
  private final WriterHealth health;
  private final BatchWriter writer;
  private final Pace pace;
  private final List<Waiter> waitingForSync = new ArrayList<>();

  /// A truncation that damage is in the way of, and what came behind it.
  private final ArrayDeque<Command> untilMended = new ArrayDeque<>();

  /// Microseconds since 1970.
  @FunctionalInterface
  public interface TimeSource {
    long micros();
  }

  /// A writer that owns `log` and closes it when it stops; records come through `appends`.
  public static Behavior<Command> create(
      WriterConfig config,
      Log log,
      TimeSource time,
      Lease lease,
      Appends appends,
      ActorRef<Event> owner) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  try {
                    return new Writer(context, timers, config, log, time, lease, appends, owner);
                  } catch (RuntimeException e) {
                    log.close();
                    owner.tell(new Failed(e));
                    return Behaviors.stopped();
                  }
                }));
  }

  private Writer(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      WriterConfig config,
      Log log,
      TimeSource time,
      Lease lease,
      Appends appends,
      ActorRef<Event> owner) {
    super(context);
    this.timers = timers;
    this.log = log;
    this.time = time;
    this.lease = lease;
    this.owner = owner;
    this.health = appends.health();
    this.pace = appends.pace();
    ActorRef<Command> self = context.getSelf();
    pace.resume(() -> self.tell(Flush.FLUSH));
    this.writer =
        new BatchWriter(
            config, log, appends.entrance(), health, () -> self.tell(Flush.FLUSH), new Host());
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Command.class, this::onCommand)
        .onSignal(PostStop.class, _ -> onStop())
        .build();
  }

  private Behavior<Command> onCommand(Command command) {
    if (!writer.isFenced()) {
      try {
        health.begins();
        carryOutInTurn(command);
      } catch (RuntimeException e) {
        fence(e);
      } finally {
        health.ends();
      }
    }
    return Behaviors.same();
  }

  private void carryOutInTurn(Command command) {
    if (command instanceof Mend) {
      carryOut(command);
    } else {
      untilMended.addLast(command);
      if (untilMended.size() > 1) {
        return;
      }
    }
    try {
      while (!untilMended.isEmpty()) {
        carryOut(untilMended.getFirst());
        untilMended.removeFirst();
      }
    } catch (LogDamagedException e) {
      if (!(e.isBeingMended() && untilMended.getFirst() instanceof TruncateAfter)) {
        throw e;
      }
    }
  }

  private void carryOut(Command command) {
    switch (command) {
      case Lead(long epoch) -> {
        pace.restart();
        writer.lead(epoch);
      }
      case StopLeading _ -> {
        pace.restart();
        writer.stopLeading("leadership ended");
        settled();
      }
      case Hold _ -> {
        writer.hold("the leadership is handed over");
        owner.tell(new Held(writer.epoch()));
      }
      case Resume _ -> writer.resume();
      case Aside(Runnable action) -> action.run();
      case Mend(Runnable action) -> action.run();
      case AppendAlone append -> appendAlone(append);
      case AppendReceived(List<Batch> batches) -> writer.appendReceived(batches);
      case TruncateAfter(long lsn) -> {
        writer.truncateAfter(lsn);
        settled();
      }
      case Trim(long lsn) -> owner.tell(new Trimmed(writer.upkeep().trimBelow(lsn)));
      case BeginBehind(Tail start, ByteBuffer producers) -> {
        writer.upkeep().beginBehind(start, producers);
        owner.tell(new Begun(start.lastLsn()));
      }
      case Flush _ -> flush();
      case Remind(WriterHost.Reminder reminder) -> writer.remind(reminder);
    }
  }

  private void appendAlone(AppendAlone append) {
    if (writer.epoch() != append.ofEpoch()
        || !writer.appendAlone(append.record(), append.before())) {
      append.undo().accept(log.appendedLsn());
      owner.tell(new NotAppended(append.ofEpoch()));
    }
  }

  private void flush() {
    if (!pace.holds()) {
      long before = log.appendedLsn();
      writer.flush();
      if (log.appendedLsn() > before) {
        pace.wrote(log.appendedLsn());
      }
    }
  }

  private void settled() {
    owner.tell(new Settled(log.appendedLsn(), log.durableLsn()));
  }

  /// A process that was stopped for a while may have been replaced: what it did alone since is
  /// nobody's.
  private void acknowledge(Waiter waiter) {
    if (lease.holds()) {
      waiter.acknowledge();
    } else {
      waiter.unknown("the leadership of epoch " + writer.epoch() + " was not confirmed in time");
    }
  }

  /// What waits for a sync is unknown, what was not taken surely not there.
  private void fence(RuntimeException cause) {
    getContext().getLog().error("fenced: {}", cause.getMessage(), cause);
    timers.cancelAll();
    waitingForSync.forEach(waiter -> waiter.unknown(cause.getMessage()));
    waitingForSync.clear();
    writer.fence(cause);
    owner.tell(new Failed(cause));
  }

  private Behavior<Command> onStop() {
    try {
      writer.stop("the node stops");
    } finally {
      waitingForSync.forEach(waiter -> waiter.unknown("the node stops"));
      waitingForSync.clear();
    }
    return Behaviors.same();
  }

  private final class Host implements WriterHost {
    @Override
    public long wallMicros() {
      return time.micros();
    }

    @Override
    public void remindAfter(WriterHost.Reminder reminder, Duration delay) {
      timers.startSingleTimer(new Remind(reminder), delay);
    }

    @Override
    public boolean appended(BatchBuilder batch, List<Waiting> waiting) {
      List<Waiter> forOwner = new ArrayList<>(waiting.size());
      for (Waiting one : waiting) {
        if (one instanceof RecordWaiter waiter) {
          sort(waiter, forOwner);
        } else if (one instanceof Tracker tracker && tracker.hasMoved()) {
          sort(tracker.mark(), forOwner);
        }
      }
      owner.tell(new Appended(batch.toBatch(), forOwner));
      return !waitingForSync.isEmpty() || !forOwner.isEmpty();
    }

    private void sort(Waiter waiter, List<Waiter> forOwner) {
      switch (waiter.level()) {
        case RECEIVED -> acknowledge(waiter);
        case LOCAL -> waitingForSync.add(waiter);
        case QUORUM, ALL -> forOwner.add(waiter);
      }
    }

    @Override
    public boolean repeated(Waiting waiting, long lsn) {
      List<Waiter> forOwner = new ArrayList<>(1);
      if (waiting instanceof RecordWaiter waiter) {
        waiter.numbered(lsn, writer.epoch());
        sortRepeat(waiter, forOwner);
      } else if (waiting instanceof Tracker tracker) {
        sortRepeat(tracker.mark(lsn, writer.epoch()), forOwner);
      }
      if (!forOwner.isEmpty()) {
        owner.tell(new Repeated(forOwner));
      }
      return lsn > log.durableLsn();
    }

    private void sortRepeat(Waiter waiter, List<Waiter> forOwner) {
      if (waiter.level() == AckLevel.LOCAL && waiter.lsn() <= log.durableLsn()) {
        acknowledge(waiter);
      } else {
        sort(waiter, forOwner);
      }
    }

    @Override
    public void synced(long lsn) {
      waitingForSync.forEach(Writer.this::acknowledge);
      waitingForSync.clear();
      owner.tell(new Synced(lsn));
    }

    @Override
    public void notReceived(long lastLsn) {
      owner.tell(new NotReceived(lastLsn));
    }

    @Override
    public void readOnly(String reason) {
      getContext().getLog().warn("read-only: {}", reason);
      owner.tell(new ReadOnly(reason));
    }
  }
}
