package io.tidemark.node.kv;

import io.tidemark.log.Batch;
import io.tidemark.log.BelowFirstLsnException;
import io.tidemark.log.Log;
import io.tidemark.log.ReplacedException;
import io.tidemark.node.Following;
import io.tidemark.runtime.ReplicaHandle;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/// Applies the committed records of one partition on one node, and answers from the state.
///
/// At every start it begins with the snapshot on its disk, or that of another node where the log
/// begins above its own, and applies what is behind. In between it saves the state now and then,
/// and lets the log go that is then not needed. What it has applied is always all up to a record:
/// while it waits for a snapshot, it answers as of the last one it had.
public final class KvPartition extends AbstractBehavior<KvPartition.Command> {
  /// What it is told.
  public sealed interface Command {}

  /// Answer with the value of `key` once `atLeastLsn` is applied. Not answered where more than
  /// [#MAX_WAITING] wait: who asks sets a time limit.
  public record Get(String key, long atLeastLsn, ActorRef<Optional<KvState.Entry>> replyTo)
      implements Command {}

  /// Answer another node with a piece of the snapshot.
  public record GetPiece(SnapshotPeers.Wanted wanted, ActorRef<SnapshotAnswer> replyTo)
      implements Command {}

  /// End as soon as nothing is written any more.
  public record Leave() implements Command {}

  private record Opened(ReplicaHandle.Open open) implements Command {}

  private record Loaded(Optional<KvState> found) implements Command {}

  private record Fetched(Optional<KvState> found) implements Command {}

  private record Apply(Batch batch, ActorRef<Done> replyTo) implements Command {}

  private record Saved(long lsn, Throwable failure) implements Command {}

  private record Trimmed(Long firstLsn, Throwable failure) implements Command {}

  private record Ended(Throwable failure) implements Command {}

  /// The pause is over.
  private enum Again implements Command {
    FETCH,
    SAVE
  }

  private enum Phase {
    /// Before the log is open and the snapshot here is looked at.
    OPENING,
    /// The log begins above what is applied: a snapshot of another node is needed.
    FETCHING,
    FOLLOWING
  }

  static final int MAX_WAITING = 1 << 16;

  /// After the first failed attempt to get a snapshot; twice as long after each further one, up to
  /// [#LONGEST_PAUSE].
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  /// After a failed attempt to save one.
  private static final Duration SAVE_PAUSE = Duration.ofSeconds(5);

  /// How long after a piece of it was asked for the snapshot is not replaced: who fetches it would
  /// have to begin again, and with a state that takes longer to fetch than a new one to become due
  /// would never end.
  private static final Duration FETCHED_PATIENCE = Duration.ofSeconds(5);

  private final ReplicaHandle replica;
  private final SnapshotSettings settings;
  private final SnapshotPeers peers;
  private final TimerScheduler<Command> timers;
  private final PriorityQueue<Get> waiting =
      new PriorityQueue<>(Comparator.comparingLong(Get::atLeastLsn));

  // Not in the virtual threads of the writers: to sort and to encode takes the processor, not the
  // disk, and they would wait for it.
  private final Executor blocking;

  private Phase phase = Phase.OPENING;
  private KvState state = new KvState();
  private Optional<SnapshotStore> snapshots = Optional.empty();
  private boolean saving;
  private boolean fetching;
  private boolean leaving;
  private Duration pause = FIRST_PAUSE;

  /// Of batches, since the last snapshot; and of these, what the one that is being saved has.
  private long appliedBytes;

  private long savingBytes;
  private long lastPieceNanos = System.nanoTime() - FETCHED_PATIENCE.toNanos();

  /// @param peers where a snapshot comes from if that of this node does not reach the log
  public static Behavior<Command> create(
      ReplicaHandle replica, SnapshotSettings settings, SnapshotPeers peers) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new KvPartition(context, timers, replica, settings, peers)));
  }

  private KvPartition(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      ReplicaHandle replica,
      SnapshotSettings settings,
      SnapshotPeers peers) {
    super(context);
    this.timers = timers;
    this.replica = replica;
    this.settings = settings;
    this.peers = peers;
    replica.lacksState(true);
    this.blocking = context.getSystem().dispatchers().lookup(DispatcherSelector.blocking());
    context.pipeToSelf(
        replica.open(), (open, failure) -> failure == null ? new Opened(open) : new Ended(failure));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Command.class, this::onCommand)
        .onSignal(PostStop.class, _ -> onStop())
        .build();
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case Opened(ReplicaHandle.Open open) -> open(open.log());
      case Loaded(Optional<KvState> found) -> {
        found.ifPresent(this::take);
        begin();
        trim();
      }
      case Fetched(Optional<KvState> found) -> {
        fetching = false;
        if (found.isPresent()) {
          pause = FIRST_PAUSE;
          found.ifPresent(this::take);
          begin();
        } else {
          timers.startSingleTimer(Again.FETCH, pause);
          Duration longer = pause.multipliedBy(2);
          pause = longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
        }
      }
      case Apply(Batch batch, ActorRef<Done> replyTo) -> {
        state.apply(batch);
        appliedBytes += batch.sizeBytes();
        replica.watermarks().applied(state.appliedLsn());
        replyTo.tell(Done.getInstance());
        answerWaiting();
        saveIfDue();
      }
      case Get get -> get(get);
      case GetPiece(SnapshotPeers.Wanted wanted, ActorRef<SnapshotAnswer> replyTo) ->
          answer(wanted, replyTo);
      case Saved(long lsn, Throwable failure) -> saved(lsn, failure);
      case Trimmed(Long firstLsn, Throwable failure) -> trimmed(firstLsn, failure);
      case Again.FETCH -> begin();
      case Again.SAVE -> saveIfDue();
      case Leave() -> leave();
      case Ended(Throwable failure) -> {
        return ended(failure);
      }
    }
    return leaving && !saving && !fetching ? Behaviors.stopped() : this;
  }

  private void leave() {
    leaving = true;
    snapshots.ifPresent(SnapshotStore::close);
  }

  private void open(Log log) {
    SnapshotStore opened = new SnapshotStore(log, peers);
    snapshots = Optional.of(opened);
    getContext()
        .pipeToSelf(
            CompletableFuture.supplyAsync(opened::load, blocking),
            (found, failure) -> failure == null ? new Loaded(found) : new Ended(failure));
  }

  /// What it is from now on, which is on the disk.
  private void take(KvState found) {
    state = found;
    replica.watermarks().snapshot(found.appliedLsn());
    replica.watermarks().applied(found.appliedLsn());
    answerWaiting();
  }

  /// Follows the log behind what is applied, if it has that.
  private void begin() {
    ReplicaHandle.Open open = replica.openNow().orElseThrow();
    long neededLsn = open.log().firstLsn() - 1;
    replica.lacksState(state.appliedLsn() < neededLsn);
    if (state.appliedLsn() >= neededLsn) {
      phase = Phase.FOLLOWING;
      Following.follow(getContext(), replica, open, state.appliedLsn() + 1, Apply::new, Ended::new);
      return;
    }
    phase = Phase.FETCHING;
    if (leaving) {
      return;
    }
    if (saving) {
      // Both write the same file: when that is saved.
      return;
    }
    getContext()
        .getLog()
        .info(
            "partition {}: the log begins with LSN {}, {} is applied: fetching a snapshot",
            replica.partition(),
            neededLsn + 1,
            state.appliedLsn());
    fetching = true;
    SnapshotStore store = snapshots.orElseThrow();
    getContext()
        .pipeToSelf(
            CompletableFuture.supplyAsync(() -> store.fetch(neededLsn), blocking),
            (found, failure) -> failure == null ? new Fetched(found) : new Ended(failure));
  }

  private void get(Get get) {
    if (waiting.size() < MAX_WAITING) {
      waiting.add(get);
    }
    answerWaiting();
  }

  private void answerWaiting() {
    while (!waiting.isEmpty() && waiting.peek().atLeastLsn() <= state.appliedLsn()) {
      Get get = waiting.remove();
      get.replyTo().tell(state.get(get.key()));
    }
  }

  private void saveIfDue() {
    if (appliedBytes < settings.everyBytes() || timers.isTimerActive(Again.SAVE)) {
      return;
    }
    if (System.nanoTime() - lastPieceNanos < FETCHED_PATIENCE.toNanos()) {
      timers.startSingleTimer(Again.SAVE, FETCHED_PATIENCE);
    } else {
      save();
    }
  }

  private void save() {
    if (saving || leaving || phase != Phase.FOLLOWING) {
      return;
    }
    saving = true;
    savingBytes = appliedBytes;
    KvState.View view = state.view();
    SnapshotStore store = snapshots.orElseThrow();
    getContext()
        .pipeToSelf(
            CompletableFuture.runAsync(() -> store.save(view), blocking),
            (_, failure) -> new Saved(view.lsn(), failure));
  }

  private void saved(long lsn, Throwable failure) {
    saving = false;
    state.letGo();
    if (failure == null) {
      appliedBytes -= savingBytes;
      replica.watermarks().snapshot(lsn);
      trim();
      saveIfDue();
    } else {
      getContext()
          .getLog()
          .warn(
              "partition {}: no snapshot at LSN {}: {}",
              replica.partition(),
              lsn,
              failure.toString());
      timers.startSingleTimer(Again.SAVE, SAVE_PAUSE);
    }
    if (phase == Phase.FETCHING) {
      begin();
    }
  }

  /// Up to the snapshot, without what is to be kept in any case: for followers that lag, and for
  /// readers.
  private void trim() {
    long lsn = replica.watermarks().snapshot();
    if (settings.isOff() || lsn == 0) {
      return;
    }
    Log log = replica.openNow().orElseThrow().log();
    long below = Math.min(lsn + 1, log.retainedFrom(settings.keepBytes(), 0));
    if (below > log.firstLsn()) {
      getContext().pipeToSelf(replica.trim(below), Trimmed::new);
    }
  }

  private void trimmed(Long firstLsn, Throwable failure) {
    if (failure == null) {
      getContext()
          .getLog()
          .info(
              "partition {}: a snapshot at LSN {}, the log begins with LSN {}",
              replica.partition(),
              replica.watermarks().snapshot(),
              firstLsn);
    } else {
      getContext()
          .getLog()
          .warn("partition {} is not trimmed: {}", replica.partition(), failure.toString());
    }
  }

  /// A node that asks for a later snapshot than there is gets one that is made for it.
  private void answer(SnapshotPeers.Wanted wanted, ActorRef<SnapshotAnswer> replyTo) {
    long lsn = replica.watermarks().snapshot();
    if (snapshots.isEmpty() || lsn == 0 || lsn < wanted.atLeastLsn()) {
      if (phase == Phase.FOLLOWING && state.appliedLsn() >= wanted.atLeastLsn()) {
        save();
        replyTo.tell(new SnapshotAnswer.None("one is being made"));
      } else {
        replyTo.tell(new SnapshotAnswer.None("LSN " + state.appliedLsn() + " is applied"));
      }
      return;
    }
    lastPieceNanos = System.nanoTime();
    SnapshotStore store = snapshots.orElseThrow();
    CompletionStage<SnapshotAnswer> piece =
        CompletableFuture.supplyAsync(() -> store.piece(wanted), blocking);
    piece.whenComplete(
        (found, failure) ->
            replyTo.tell(failure == null ? found : new SnapshotAnswer.None(failure.toString())));
  }

  /// The log of a follower that is too far behind is begun anew above what is applied here, under
  /// the eyes of who reads it: that is no failure.
  private Behavior<Command> ended(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof BelowFirstLsnException || cause instanceof ReplacedException) {
      getContext().getLog().info("partition {}: {}", replica.partition(), cause.getMessage());
      begin();
      return this;
    }
    getContext().getLog().error("partition {} is not applied", replica.partition(), cause);
    return Behaviors.stopped();
  }

  private Behavior<Command> onStop() {
    snapshots.ifPresent(SnapshotStore::close);
    return this;
  }
}
