package io.tidemark.runtime;

import io.tidemark.foundation.CheckFailure;
import io.tidemark.log.Batch;
import io.tidemark.log.Log;
import io.tidemark.log.ReadResult;
import io.tidemark.partition.Acknowledgements;
import io.tidemark.partition.Appends;
import io.tidemark.partition.Waiter;
import io.tidemark.partition.Writer;
import io.tidemark.protocol.Effect;
import io.tidemark.protocol.Event;
import io.tidemark.protocol.ReplicaCore;
import io.tidemark.runtime.Replica.Command;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Receive;

/// A replica whose log is open: feeds the core, carries out its effects in their order.
final class RunningReplica extends AbstractBehavior<Command> {
  /// How many ticks a follower that got no thread for a while makes up for at once.
  private static final int FOLLOWER_CATCH_UP_TICKS = 4;

  private final ReplicaConfig config;
  private final Links links;
  private final ReplicaHandle handle;
  private final Log log;
  private final BallotStore ballots;
  private final ReplicaCore core;
  private final ActorRef<Writer.Command> writer;
  private final LeaderLease lease;
  private final Acknowledgements acknowledgements = new Acknowledgements();
  private final RecentBatches recent;
  private final Map<Long, CompletableFuture<ReadAnswer>> reads = new HashMap<>();
  private final Executor blocking;

  /// Sends that must wait until the ballots before them are durable.
  private final ArrayDeque<Effect> heldBack = new ArrayDeque<>();

  /// Events that wait for the effects of the one before.
  private final ArrayDeque<Event> due = new ArrayDeque<>();

  private boolean stepping;
  private CompletableFuture<Void> ballotsSaved = CompletableFuture.completedFuture(null);
  private int ballotsUnderWay;
  private List<Batch> arrived = List.of();
  private long lastTickNanos;
  private long nextReadId;
  private boolean fenced;

  RunningReplica(
      ActorContext<Command> context,
      ReplicaConfig config,
      Links links,
      ReplicaHandle handle,
      Replica.Files files) {
    super(context);
    this.config = config;
    this.links = links;
    this.handle = handle;
    this.log = files.log();
    this.ballots = files.ballots();
    this.core =
        new ReplicaCore(config.protocol(), ballots.ballot(), log.epochs(), log.appendedLsn());
    this.lease = new LeaderLease(config.clock());
    this.recent = new RecentBatches(config.recentBytes());
    this.blocking =
        context.getSystem().dispatchers().lookup(DispatcherSelector.fromConfig(Writer.DISPATCHER));
    Appends appends = new Appends(config.writer(), lease);
    this.writer =
        context.spawn(
            Writer.create(
                config.writer(),
                log,
                config.clock()::wallMicros,
                lease,
                appends,
                context.messageAdapter(Writer.Event.class, Replica.FromWriter::new)),
            "writer",
            DispatcherSelector.fromConfig(Writer.DISPATCHER));
    this.lastTickNanos = config.clock().monotonicNanos();
    handle.opened(log, appends);
    context
        .getLog()
        .info(
            "partition {}: {}, {} segments, ends at LSN {}; torn writes are told from damage by"
                + " marks, and by notes {} ms after the last append",
            config.partition(),
            log.recovery().kind(),
            log.recovery().segments(),
            log.appendedLsn(),
            config.writer().delays().note().toMillis());
    showView();
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Command.class, this::onCommand)
        .onSignal(PostStop.class, _ -> onStop())
        .build();
  }

  private Behavior<Command> onCommand(Command command) {
    if (fenced) {
      answerFenced(command);
      return this;
    }
    try {
      carryOut(command);
    } catch (RuntimeException e) {
      fence(e);
    }
    return this;
  }

  /// Who asked before the end, or after it, is answered all the same.
  private static void answerFenced(Command command) {
    if (command instanceof Replica.ReadIndex(CompletableFuture<ReadAnswer> answer)) {
      answer.complete(new ReadAnswer.Refused());
    }
    if (command instanceof Replica.FromWriter(Writer.Appended(var _, List<Waiter> waiters))) {
      waiters.forEach(waiter -> waiter.unknown("the replica is fenced"));
    }
  }

  private void carryOut(Command command) {
    switch (command) {
      case Replica.Tick _ -> tick();
      case Replica.PeerMessage peer -> {
        arrived = peer.batches();
        step(new Event.Received(peer.from(), peer.message()));
        arrived = List.of();
      }
      case Replica.PeerReachable reachable -> step(new Event.PeerReachable(reachable.peer()));
      case Replica.ReadIndex(CompletableFuture<ReadAnswer> answer) -> {
        reads.put(++nextReadId, answer);
        step(new Event.ReadRequested(nextReadId));
      }
      case Replica.FromWriter(Writer.Event event) -> onWriter(event);
      case Replica.BallotSaved saved -> ballotSaved(saved);
      case Replica.HistoryRead read -> historyRead(read);
      case Replica.OpeningDone _ -> throw new IllegalStateException("opened twice");
    }
  }

  /// Passes on how much time really went by, however many ticks wait in the mailbox. A leader that
  /// was stopped must notice before it speaks; a follower that was stopped has messages waiting,
  /// which may be of a leader that is well.
  private void tick() {
    long now = config.clock().monotonicNanos();
    long tickNanos = config.tick().toNanos();
    long passed = (now - lastTickNanos) / tickNanos;
    lastTickNanos += passed * tickNanos;
    boolean wasLeader = core.isLeader();
    long most = wasLeader ? 4L * config.protocol().electionTicks() : FOLLOWER_CATCH_UP_TICKS;
    for (long i = 0; i < Math.min(passed, most) && wasLeader == core.isLeader(); i++) {
      step(new Event.Tick());
    }
    if (core.isLeader()) {
      lease.grantUntil(now + config.protocol().electionTicks() * tickNanos);
    }
    showView();
  }

  private void onWriter(Writer.Event event) {
    switch (event) {
      case Writer.Appended(Batch batch, List<Waiter> waiters) -> {
        recent.add(batch);
        if (core.isLeader()) {
          acknowledgements.add(waiters);
        } else {
          waiters.forEach(waiter -> waiter.unknown("leadership ended"));
        }
        showLog();
        step(new Event.Appended(batch.epoch(), batch.lastLsn()));
      }
      case Writer.Synced(long lsn) -> {
        showLog();
        step(new Event.Synced(lsn));
      }
      case Writer.Settled(long lastLsn, long durableLsn) -> {
        showLog();
        step(new Event.Settled(lastLsn, durableLsn));
      }
      case Writer.ReadOnly _ -> {
        // It stays leader: what is committed is served, and appends are refused with the reason.
      }
      case Writer.Failed(RuntimeException cause) -> fence(cause);
    }
  }

  /// An effect may bring forth the next event (a send says what was [Event.Sent]): that is stepped
  /// when all effects of this one are carried out.
  private void step(Event event) {
    due.addLast(event);
    if (stepping) {
      return;
    }
    stepping = true;
    try {
      while (!due.isEmpty()) {
        core.step(due.removeFirst()).forEach(this::carryOut);
      }
    } finally {
      stepping = false;
    }
  }

  private void carryOut(Effect effect) {
    switch (effect) {
      case Effect.Send _, Effect.SendBatches _ -> {
        if (ballotsUnderWay > 0) {
          heldBack.addLast(effect);
        } else {
          send(effect);
        }
      }
      case Effect.SaveBallot(var ballot) -> {
        ballotsUnderWay++;
        ballotsSaved = ballotsSaved.thenRunAsync(() -> ballots.save(ballot), blocking);
        getContext()
            .pipeToSelf(ballotsSaved, (_, failure) -> new Replica.BallotSaved(ballot, failure));
      }
      case Effect.AppendReceived(long fromLsn) -> appendReceived(fromLsn);
      case Effect.TruncateAfter(long lsn) -> {
        getContext().getLog().info("partition {}: truncating after {}", config.partition(), lsn);
        recent.clear();
        writer.tell(new Writer.TruncateAfter(lsn));
      }
      case Effect.Lead(long epoch) -> {
        lease.grantUntil(
            config.clock().monotonicNanos()
                + config.protocol().electionTicks() * config.tick().toNanos());
        handle.leads(epoch, lease);
        writer.tell(new Writer.Lead(epoch));
      }
      case Effect.StopLeading _ -> {
        lease.revoke();
        acknowledgements.unknown("leadership ended before the commit");
        writer.tell(new Writer.StopLeading());
      }
      case Effect.Commit(long lsn) -> {
        handle.watermarks().committed(lsn);
        acknowledgements.committed(lsn);
      }
      case Effect.DurableEverywhere(long lsn) -> acknowledgements.durableEverywhere(lsn);
      case Effect.ReadReady(long id, long lsn) ->
          reads.remove(id).complete(new ReadAnswer.Ready(lsn));
      case Effect.ReadRefused(long id) -> reads.remove(id).complete(new ReadAnswer.Refused());
      case Effect.LeaderChanged changed -> {
        getContext()
            .getLog()
            .info(
                "partition {}: leader of epoch {} is {}",
                config.partition(),
                changed.epoch(),
                changed.leader().map(Object::toString).orElse("unknown"));
        showView();
      }
    }
  }

  private void appendReceived(long fromLsn) {
    List<Batch> fresh = arrived.stream().filter(batch -> batch.baseLsn() >= fromLsn).toList();
    fresh.forEach(recent::add);
    writer.tell(new Writer.AppendReceived(fresh));
  }

  private void ballotSaved(Replica.BallotSaved saved) {
    if (saved.failure() != null) {
      throw new IllegalStateException("ballot not durable", saved.failure());
    }
    ballotsUnderWay--;
    if (ballotsUnderWay == 0) {
      // A copy: what is held back from here on waits for a later ballot.
      List<Effect> nowDue = List.copyOf(heldBack);
      heldBack.clear();
      nowDue.forEach(this::send);
    }
    step(new Event.BallotSynced(saved.ballot().epoch()));
  }

  private void send(Effect effect) {
    switch (effect) {
      case Effect.Send(var to, var message) -> links.send(to, config.partition(), message);
      case Effect.SendBatches batches -> sendBatches(batches);
      default -> throw new IllegalStateException("not a send: " + effect);
    }
  }

  private void sendBatches(Effect.SendBatches effect) {
    int room = ReplicaWire.roomForBatches(links.maxBulkPayloadBytes());
    List<Batch> batches = recent.from(effect.fromLsn(), effect.uptoLsn(), room);
    if (!batches.isEmpty()) {
      sendBatches(effect, batches);
      return;
    }
    getContext()
        .pipeToSelf(
            CompletableFuture.supplyAsync(() -> readHistory(effect, room), blocking),
            (read, failure) -> new Replica.HistoryRead(effect, read, failure));
  }

  private List<Batch> readHistory(Effect.SendBatches effect, int room) {
    List<Batch> batches = new ArrayList<>();
    int bytes = 0;
    for (long lsn = effect.fromLsn(); lsn <= effect.uptoLsn() && bytes < room; ) {
      switch (log.read(lsn)) {
        case ReadResult.Found(Batch batch) -> {
          batches.add(batch);
          bytes += batch.sizeBytes();
          lsn = batch.lastLsn() + 1;
        }
        // Handed to the writer, which is behind: the core asks again.
        case ReadResult.BeyondAppended _ -> {
          return RecentBatches.prefix(batches, room);
        }
        case ReadResult.BelowFirstLsn _ ->
            throw new CheckFailure("record " + lsn + " of the own log is not there");
      }
    }
    return RecentBatches.prefix(batches, room);
  }

  private void historyRead(Replica.HistoryRead read) {
    Effect.SendBatches effect = read.effect();
    if (!core.isLeader() || core.epoch() != effect.epoch()) {
      // Crash story: a deposed leader's tail was truncated under its own read, which then found
      // nothing there.
      return;
    }
    if (read.failure() != null) {
      throw new IllegalStateException("history is not readable", read.failure());
    }
    if (read.batches().isEmpty()) {
      step(new Event.Sent(effect.to(), effect.epoch(), effect.fromLsn() - 1));
    } else {
      sendBatches(effect, read.batches());
    }
  }

  private void sendBatches(Effect.SendBatches effect, List<Batch> batches) {
    byte[] payload =
        ReplicaWire.encodeBatches(
            effect.fromLsn() - 1, effect.prevEpoch(), effect.committed(), batches);
    links.sendBatches(effect.to(), config.partition(), effect.epoch(), payload);
    step(new Event.Sent(effect.to(), effect.epoch(), batches.getLast().lastLsn()));
  }

  /// The log or the ballots failed, or an invariant does not hold: this replica takes no more part.
  private void fence(RuntimeException cause) {
    fenced = true;
    lease.revoke();
    getContext()
        .getLog()
        .error("partition {} is fenced: {}", config.partition(), cause.getMessage(), cause);
    acknowledgements.unknown(cause.getMessage());
    reads.values().forEach(answer -> answer.complete(new ReadAnswer.Refused()));
    reads.clear();
    writer.tell(new Writer.StopLeading());
    handle.view(new ReplicaView(core.epoch(), Optional.empty(), "fenced"));
  }

  private void showLog() {
    handle.watermarks().log(log.firstLsn(), log.appendedLsn(), log.durableLsn());
  }

  private void showView() {
    handle.view(new ReplicaView(core.epoch(), core.leader(), core.roleName()));
  }

  private Behavior<Command> onStop() {
    acknowledgements.unknown("the node stops");
    reads.values().forEach(answer -> answer.complete(new ReadAnswer.Refused()));
    reads.clear();
    ballots.close();
    return this;
  }
}
