package io.tidemark.partition;

import io.tidemark.foundation.Check;
import io.tidemark.log.Batch;
import io.tidemark.log.BatchBuilder;
import io.tidemark.log.Log;
import io.tidemark.log.RecordData;
import io.tidemark.log.ring.AppendRing;
import io.tidemark.partition.AppendOutcome.Reason;
import io.tidemark.storage.StorageException;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/// Writes one log, batch by batch; blocks on its own dispatcher, [#DISPATCHER].
public final class Writer extends AbstractBehavior<Writer.Command> {
  /// Where writers run: threads that may block on a disk.
  public static final String DISPATCHER = "tidemark.writer-dispatcher";

  /// What a writer is asked to do.
  public sealed interface Command {}

  /// Number records from now on, in `epoch`; the first is an anchor.
  public record Lead(long epoch) implements Command {}

  /// Stop numbering; answered by [Settled].
  public record StopLeading() implements Command {}

  /// Append batches of another replica verbatim; those that are there already are skipped.
  public record AppendReceived(List<Batch> batches) implements Command {}

  /// Drop every record after `lsn`; answered by [Settled].
  public record TruncateAfter(long lsn) implements Command {}

  /// What a writer tells itself, and what wakes it.
  enum Reminder implements Command {
    /// Records are waiting in the ring, or batches for their sync.
    FLUSH,
    SYNC_NOW,
    LOOK_FOR_ROOM,
    LOOK_IF_IDLE
  }

  /// What a writer tells its owner, in the order in which it happened.
  public sealed interface Event {}

  /// `batch` is in the log, not synced yet; `waiters` are to be answered at its commit.
  public record Appended(Batch batch, List<Waiter> waiters) implements Event {}

  /// Synced up to `lsn`.
  public record Synced(long lsn) implements Event {}

  /// There is no room on the disk; it refuses what comes, and looks for room by itself.
  public record ReadOnly(String reason) implements Event {}

  /// The command to stop leading or to truncate is done.
  public record Settled(long lastLsn, long durableLsn) implements Event {}

  /// The log failed: nothing more is written or acknowledged.
  public record Failed(RuntimeException cause) implements Event {}

  private final TimerScheduler<Command> timers;
  private final WriterConfig config;
  private final Log log;
  private final ActorRef<Event> owner;
  private final TimeSource time;
  private final Lease lease;
  private final Appends appends;
  private final BatchBuilder builder;
  private final Gathering gathering;
  private final WriterHealth health;
  private final List<Waiter> waitingForSync = new ArrayList<>();
  private AppendRing ring = Appends.NO_RING;
  private boolean leading;
  private boolean anchorDue;
  private long epoch;

  /// Something was appended and its sync not reported yet. Not the same as a log that is not
  /// synced: a roll syncs it on the way.
  private boolean syncDue;

  /// Of what is not synced something is waited for.
  private boolean syncAwaited;

  private long notedLsn;
  private boolean failed;

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
                timers -> new Writer(context, timers, config, log, time, lease, appends, owner)));
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
    this.config = config;
    this.log = log;
    this.time = time;
    this.lease = lease;
    this.appends = appends;
    this.owner = owner;
    this.builder = new BatchBuilder(config.maxFrameBytes(), config.codec());
    this.gathering = new Gathering(config.linger());
    this.health = appends.health();
    this.notedLsn = log.durableLsn();
    appends.writer(context.getSelf());
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Command.class, this::onCommand)
        .onSignal(PostStop.class, _ -> onStop())
        .build();
  }

  private Behavior<Command> onCommand(Command command) {
    if (failed) {
      return this;
    }
    try {
      health.begins();
      carryOut(command);
    } catch (RuntimeException e) {
      fence(e);
    } finally {
      health.ends();
    }
    return this;
  }

  private void carryOut(Command command) {
    switch (command) {
      case Lead lead -> lead(lead.epoch());
      case StopLeading _ -> stopLeading();
      case AppendReceived received -> appendReceived(received.batches());
      case TruncateAfter truncate -> {
        log.truncateAfter(truncate.lsn());
        settled();
      }
      case Reminder.FLUSH -> flush();
      case Reminder.SYNC_NOW -> sync();
      case Reminder.LOOK_FOR_ROOM -> lookForRoom();
      case Reminder.LOOK_IF_IDLE -> lookIfIdle();
    }
  }

  private void lead(long newEpoch) {
    Check.that(newEpoch > log.lastEpoch(), "epoch %d is not above %d", newEpoch, log.lastEpoch());
    leading = true;
    anchorDue = true;
    epoch = newEpoch;
    takeRecords();
  }

  /// Appends the anchor, if it is not there yet, and opens a ring for what follows.
  private void takeRecords() {
    if (anchorDue) {
      builder.clear();
      builder.add(RecordData.anchor());
      if (!write(List.of())) {
        return;
      }
      anchorDue = false;
      syncAwaited = true;
      getContext().getSelf().tell(Reminder.FLUSH);
    }
    ring = new AppendRing(config.ring(), log.appendedLsn() + 1);
    health.healthy();
    appends.open(ring);
  }

  private void stopLeading() {
    leading = false;
    closeGate(Reason.NOT_LEADER, "leadership ended");
    health.healthy();
    sync();
    settled();
  }

  private void closeGate(Reason reason, String detail) {
    appends.close(reason, detail);
    ring = Appends.NO_RING;
  }

  private void appendReceived(List<Batch> batches) {
    long appended = log.appendedLsn();
    List<Batch> fresh = batches.stream().filter(batch -> batch.baseLsn() > appended).toList();
    if (!fresh.isEmpty()) {
      syncDue = true;
      syncAwaited = true;
      log.append(fresh);
      appends.wake();
    }
  }

  private void flush() {
    appends.looking();
    gathering.await(ring);
    long before = ring.endLsn();
    while (writeNextBatch()) {}
    gathering.took(ring.endLsn() - before);
    syncAsPolicySays();
    lookLater();
  }

  /// Takes records from the ring and appends them as one batch; false if there are none.
  private boolean writeNextBatch() {
    builder.clear();
    long baseLsn = ring.endLsn();
    int bytes =
        ring.drain(
            builder.memory(), builder.bodyAt(), builder.roomBytes(), config.maxBatchRecords());
    if (bytes == 0) {
      return false;
    }
    int count = (int) (ring.endLsn() - baseLsn);
    builder.added(count, bytes);
    List<Waiter> waiters = new ArrayList<>(count);
    for (long lsn = baseLsn; lsn < baseLsn + count; lsn++) {
      if (ring.attachment(lsn) instanceof Waiter waiter) {
        waiters.add(waiter.numbered(lsn, epoch));
      }
    }
    return write(waiters);
  }

  /// Appends what is in the builder; false if the disk is full and `waiters` were refused.
  private boolean write(List<Waiter> waiters) {
    try {
      log.append(builder, epoch, time.micros());
    } catch (StorageException e) {
      if (e.category() != StorageException.Category.FULL) {
        waiters.forEach(waiter -> waiter.unknown(e.getMessage()));
        throw e;
      }
      waiters.forEach(waiter -> waiter.refuse(Reason.FULL, e.getMessage()));
      full(e.getMessage());
      return false;
    } catch (RuntimeException e) {
      waiters.forEach(waiter -> waiter.unknown(e.getMessage()));
      throw e;
    }
    syncDue = true;
    List<Waiter> forOwner = new ArrayList<>(waiters.size());
    for (Waiter waiter : waiters) {
      switch (waiter.level()) {
        case RECEIVED -> acknowledge(waiter);
        case LOCAL -> waitingForSync.add(waiter);
        case QUORUM, ALL -> forOwner.add(waiter);
      }
    }
    syncAwaited |= !waitingForSync.isEmpty() || !forOwner.isEmpty();
    health.appended(builder.records());
    owner.tell(new Appended(builder.toBatch(), forOwner));
    return true;
  }

  /// No room for the next segment. The LSNs of all that waits in the ring are void; none was
  /// written anywhere. Nothing more is taken until there is room.
  private void full(String detail) {
    getContext().getLog().warn("read-only: {}", detail);
    closeGate(Reason.FULL, detail);
    health.readOnly(detail);
    owner.tell(new ReadOnly(detail));
    timers.startSingleTimer(Reminder.LOOK_FOR_ROOM, config.fullRetry());
  }

  private void lookForRoom() {
    if (leading && ring == Appends.NO_RING) {
      if (log.hasRoom()) {
        takeRecords();
      } else {
        timers.startSingleTimer(Reminder.LOOK_FOR_ROOM, config.fullRetry());
      }
    }
  }

  private void syncAsPolicySays() {
    switch (config.syncPolicy()) {
      case SyncPolicy.EveryBatch _ -> sync();
      case SyncPolicy.AtMost(var delay) -> {
        if (syncAwaited) {
          sync();
        } else if (syncDue && !timers.isTimerActive(Reminder.SYNC_NOW)) {
          timers.startSingleTimer(Reminder.SYNC_NOW, delay);
        }
      }
      case SyncPolicy.OperatingSystem _ -> {
        if (syncAwaited) {
          sync();
        }
      }
    }
  }

  private void sync() {
    if (syncDue) {
      long startNanos = System.nanoTime();
      log.sync();
      long nanos = System.nanoTime() - startNanos;
      gathering.synced(nanos);
      health.synced(nanos);
      syncDue = false;
      syncAwaited = false;
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

  private void lookLater() {
    if (!timers.isTimerActive(Reminder.LOOK_IF_IDLE)) {
      timers.startSingleTimer(Reminder.LOOK_IF_IDLE, config.noteDelay());
    }
  }

  /// Notes what is synced when nothing came since it looked last.
  private void lookIfIdle() {
    if (notedLsn != log.durableLsn()) {
      notedLsn = log.durableLsn();
      lookLater();
    } else if (!syncDue) {
      log.noteSynced();
    }
  }

  private void settled() {
    owner.tell(new Settled(log.appendedLsn(), log.durableLsn()));
  }

  /// The first failure is the last: what waits for a sync is unknown, what is pending surely not
  /// there.
  private void fence(RuntimeException cause) {
    failed = true;
    getContext().getLog().error("fenced: {}", cause.getMessage(), cause);
    health.fenced(cause.getMessage());
    timers.cancelAll();
    waitingForSync.forEach(waiter -> waiter.unknown(cause.getMessage()));
    waitingForSync.clear();
    closeGate(Reason.FENCED, cause.getMessage());
    owner.tell(new Failed(cause));
  }

  private Behavior<Command> onStop() {
    closeGate(Reason.NOT_LEADER, "the node stops");
    try {
      if (!failed) {
        sync();
      }
    } finally {
      log.close();
    }
    return this;
  }
}
