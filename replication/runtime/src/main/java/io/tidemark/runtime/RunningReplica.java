package io.tidemark.runtime;

import io.tidemark.foundation.CheckFailure;
import io.tidemark.foundation.NodeId;
import io.tidemark.log.Batch;
import io.tidemark.log.Log;
import io.tidemark.partition.Acknowledgements;
import io.tidemark.partition.Appends;
import io.tidemark.partition.Waiter;
import io.tidemark.partition.Writer;
import io.tidemark.protocol.Effect;
import io.tidemark.protocol.Event;
import io.tidemark.protocol.Membership;
import io.tidemark.protocol.ProtocolConfig;
import io.tidemark.protocol.ReplicaCore;
import io.tidemark.runtime.Replica.Command;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Receive;

/// A replica whose log is open: feeds the core, carries out its effects in their order.
final class RunningReplica extends AbstractBehavior<Command> {
  private final ReplicaConfig config;
  private final ReplicaHandle handle;
  private final Log log;
  private final BallotStore ballots;
  private final MembersStore members;
  private final ProtocolConfig protocol;
  private final ReplicaCore core;
  private final ActorRef<Writer.Command> writer;
  private final ReplicaTime time;
  private final Fitness fitness;
  private final Acknowledgements acknowledgements = new Acknowledgements();
  private final Offers offers;
  private final Outgoing outgoing;
  private final Callers callers;
  private final Introductions introductions;
  private final Executor blocking;
  private final LiveMending mending;

  /// Events that wait for the effects of the one before.
  private final ArrayDeque<Event> due = new ArrayDeque<>();

  private boolean stepping;
  private CompletableFuture<Void> ballotsSaved = CompletableFuture.completedFuture(null);
  private List<Batch> arrived = List.of();
  private boolean fenced;

  RunningReplica(
      ActorContext<Command> context,
      ReplicaConfig config,
      Links links,
      ReplicaHandle handle,
      Replica.Files files) {
    super(context);
    context.setLoggerName(RunningReplica.class);
    this.config = config;
    this.handle = handle;
    this.log = files.log();
    this.ballots = files.ballots();
    this.protocol =
        config.protocol(files.members().self(), files.members().founders().orElseThrow());
    this.core =
        new ReplicaCore(
            protocol,
            ballots.ballot(),
            log.epochs(),
            files.members().saved(),
            log.firstLsn(),
            log.appendedLsn());
    this.members = files.members();
    this.callers = new Callers(config.replication().maxReads());
    this.introductions =
        new Introductions(config.partition(), members, links, core, callers, this::step);
    this.time = new ReplicaTime(config.clock(), config.tick().toNanos(), protocol.electionTicks());
    this.blocking =
        context.getSystem().dispatchers().lookup(DispatcherSelector.fromConfig(Writer.DISPATCHER));
    Appends appends = new Appends(config.writer(), time.lease(), config.rounds(protocol.voters()));
    this.fitness = new Fitness(config.partition(), appends.health());
    this.writer =
        context.spawn(
            Writer.create(
                config.writer(),
                log,
                config.clock()::wallMicros,
                time.lease(),
                appends,
                context.messageAdapter(Writer.Event.class, Replica.FromWriter::new)),
            "writer",
            DispatcherSelector.fromConfig(Writer.DISPATCHER));
    this.mending =
        new LiveMending(
            config.partition(), links, log, core, writer, handle, blocking, context.getSelf());
    this.offers = new Offers(config, links, log, members, writer, blocking);
    this.outgoing =
        new Outgoing(
            config, protocol.self(), links, log, core, offers, this::readHistory, this::step);
    handle.opened(log, appends);
    handle.committed(core.committed());
    context.getLog().info("partition {}: {}", config.partition(), files.describe(config.writer()));
    handle.view(ReplicaView.of(core));
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
      Callers.refuse(command, "the replica is fenced");
      return this;
    }
    try {
      carryOut(command);
    } catch (RuntimeException e) {
      fence(e);
    }
    return this;
  }

  private void carryOut(Command command) {
    switch (command) {
      case Replica.Tick one -> tick(one);
      case Replica.Stirred(boolean wasStopped) -> stirred(wasStopped);
      case Replica.PeerMessage peer when !peer.isFor(protocol.self()) -> {
        // For the one that was here before.
      }
      case Replica.PeerMessage peer -> {
        arrived = peer.batches();
        step(new Event.Received(peer.from(), peer.message()));
        arrived = List.of();
      }
      case Replica.NodeLost(NodeId node) -> step(new Event.NodeLost(node));
      case Replica.PeerReachable reachable ->
          Introductions.memberOn(core.members(), reachable.peer())
              .ifPresent(peer -> step(new Event.PeerReachable(peer)));
      case Replica.Greeted(Greeting greeting) -> introductions.greeted(greeting);
      case Replica.ReadIndex(var answer) -> callers.reads(answer).ifPresent(this::step);
      case Replica.FromWriter(Writer.Event event) -> onWriter(event);
      case Replica.BallotSaved saved -> ballotSaved(saved);
      case Replica.HistoryRead(var effect, var batches, var failure) -> {
        mending.historyRead(failure);
        outgoing.historyRead(effect, batches, failure);
      }
      case Replica.HandOver handOver -> handOver(handOver);
      case Replica.Change(var action, var node, var answer) ->
          introductions.change(action, node, answer);
      case Replica.Trim(long belowLsn, var answer) -> {
        callers.trims(answer);
        writer.tell(new Writer.Trim(Math.min(belowLsn, core.committed() + 1)));
      }
      case Replica.OfferHeard(var from, var offer) ->
          offers.heard(from, offer).ifPresent(this::step);
      case Replica.OfMending one -> {
        mending.carryOut(one).ifPresent(this::step);
        rests();
      }
      case Replica.OfOpening _ -> throw new IllegalStateException("opened twice");
    }
  }

  private void tick(Replica.Tick one) {
    boolean wasLeader = core.isLeader();
    time.due(wasLeader, one.heard()).stream()
        .takeWhile(_ -> wasLeader == core.isLeader())
        .forEach(this::step);
    if (core.isLeader()) {
      time.confirmed();
    }
    introductions.tick();
    mending.tick().forEach(this::step);
    fitness.changed(mending.hinders()).ifPresent(this::step);
    if (core.isReady() == handle.lacksState()) {
      step(new Event.ReadinessChanged(!handle.lacksState()));
    }
    handle.view(ReplicaView.of(core));
  }

  /// Followers ask their leader; a leader that stood still has to be answered first.
  private void stirred(boolean wasStopped) {
    if (core.isResting() && (wasStopped || !core.isLeader())) {
      step(new Event.Stirred());
    }
  }

  private void onWriter(Writer.Event event) {
    switch (event) {
      case Writer.Appended(Batch batch, List<Waiter> waiters) -> {
        outgoing.remember(batch);
        acknowledgements.add(waiters, core.isLeader());
        List<Membership> found = ReplicaWire.members(List.of(batch));
        logMoved(new Event.Appended(batch.epoch(), batch.lastLsn(), found));
        if (!found.isEmpty()) {
          callers.changeEnded("");
          handle.view(ReplicaView.of(core));
        }
      }
      case Writer.Repeated(var waiters) -> acknowledgements.add(waiters, core.isLeader());
      case Writer.Synced(long lsn) ->
          mending.synced(lsn).ifPresentOrElse(this::logMoved, this::showLog);
      case Writer.Settled(long lastLsn, long durableLsn) -> {
        logMoved(mending.settled(lastLsn, durableLsn));
        mending.logChanged();
      }
      case Writer.Begun(long lsn) -> {
        showLog();
        // Only now: what the old log had beyond what was committed is nobody's to read.
        handle.committed(lsn);
        step(new Event.Settled(lsn, lsn));
        mending.begunAnew();
      }
      case Writer.Trimmed(long firstLsn) -> {
        logMoved(new Event.Trimmed(firstLsn));
        callers.trimEnded(firstLsn);
        mending.logChanged();
      }
      case Writer.NotAppended(long epoch) -> {
        step(new Event.MembersNotAppended(epoch));
        callers.changeEnded("there is no room for it, or the leadership ended");
      }
      case Writer.NotReceived(long lastLsn) -> {
        outgoing.forget();
        logMoved(new Event.NotReceived(lastLsn));
      }
      case Writer.Held(long epoch) -> step(new Event.Held(epoch));
      case Writer.ReadOnly _ -> fitness.changed(mending.hinders()).ifPresent(this::step);
      case Writer.Failed(RuntimeException cause) -> fence(cause);
    }
  }

  private void logMoved(Event event) {
    showLog();
    step(event);
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
    time.rests(core.isResting(), core.isLeader());
    rests();
  }

  private void rests() {
    handle.rests(core.isResting() && !callers.isChanging() && !mending.isDue());
  }

  private void carryOut(Effect effect) {
    switch (effect) {
      case Effect.Send _, Effect.SendBatches _, Effect.SendOffer _ -> outgoing.send(effect);
      case Effect.SaveBallot(var ballot) -> {
        outgoing.ballotUnderWay();
        ballotsSaved = ballotsSaved.thenRunAsync(() -> ballots.save(ballot), blocking);
        getContext()
            .pipeToSelf(ballotsSaved, (_, failure) -> new Replica.BallotSaved(ballot, failure));
      }
      case Effect.SaveMembers(Membership membership) ->
          writer.tell(new Writer.Aside(() -> members.save(membership)));
      case Effect.AppendMembers append -> {
        getContext()
            .getLog()
            .info("partition {}: members {}", config.partition(), append.members());
        writer.tell(members.append(append));
      }
      case Effect.MembersRefused refused -> callers.changeEnded(refused.reason());
      case Effect.AppendReceived(long fromLsn) -> appendReceived(fromLsn);
      case Effect.TruncateAfter(long lsn) -> {
        getContext().getLog().info("partition {}: truncating after {}", config.partition(), lsn);
        outgoing.forget();
        writer.tell(new Writer.TruncateAfter(lsn));
        writer.tell(new Writer.Aside(() -> members.truncatedAfter(lsn)));
      }
      case Effect.Lead(long epoch) -> {
        time.confirmed();
        handle.leads(epoch, time.lease());
        writer.tell(new Writer.Lead(epoch));
      }
      case Effect.BeginBehind begin -> {
        outgoing.forget();
        offers.begin(begin);
      }
      case Effect.HoldAppends _ -> writer.tell(new Writer.Hold());
      case Effect.ResumeAppends _ -> {
        writer.tell(new Writer.Resume());
        callers.handOverEnded(false);
      }
      case Effect.StopLeading _ -> {
        time.lease().revoke();
        acknowledgements.unknown("leadership ended before the commit");
        writer.tell(new Writer.StopLeading());
      }
      case Effect.Commit(long lsn) -> {
        handle.committed(lsn);
        acknowledgements.committed(lsn);
      }
      case Effect.DurableEverywhere(long lsn) -> acknowledgements.durableEverywhere(lsn);
      case Effect.ReadReady(long id, long lsn) -> callers.readEnded(id, new ReadAnswer.Ready(lsn));
      case Effect.ReadRefused(long id) -> callers.readEnded(id, new ReadAnswer.Refused());
      case Effect.LeaderChanged changed -> {
        changed
            .leader()
            .filter(leader -> !leader.equals(protocol.self()))
            .ifPresent(_ -> callers.handOverEnded(true));
        getContext()
            .getLog()
            .info(
                "partition {}: leader of epoch {} is {}",
                config.partition(),
                changed.epoch(),
                changed.leader().map(Object::toString).orElse("unknown"));
        handle.view(ReplicaView.of(core));
      }
    }
  }

  private void appendReceived(long fromLsn) {
    List<Batch> fresh = arrived.stream().filter(batch -> batch.baseLsn() >= fromLsn).toList();
    fresh.forEach(outgoing::remember);
    writer.tell(new Writer.AppendReceived(fresh));
  }

  private void ballotSaved(Replica.BallotSaved saved) {
    if (saved.failure() != null) {
      throw new IllegalStateException("ballot not durable", saved.failure());
    }
    outgoing.ballotSaved();
    step(new Event.BallotSynced(saved.ballot().epoch()));
  }

  private void readHistory(Effect.SendBatches effect, Supplier<List<Batch>> history) {
    getContext()
        .pipeToSelf(
            CompletableFuture.supplyAsync(history, blocking),
            (read, failure) -> new Replica.HistoryRead(effect, read, failure));
  }

  private void handOver(Replica.HandOver asked) {
    if (core.isLeader()) {
      callers.handsOver(asked.answer());
      step(new Event.HandOverRequested(asked.to().map(introductions::replicaOn)));
    } else {
      asked.answer().complete(false);
    }
  }

  /// The log or the ballots failed, or an invariant does not hold: this replica takes no more part.
  private void fence(RuntimeException cause) {
    due.clear();
    if (!(cause instanceof CheckFailure)) {
      // So that nobody has to wait for its silence.
      step(new Event.ResignRequested());
    }
    fenced = true;
    time.lease().revoke();
    getContext()
        .getLog()
        .error("partition {} is fenced: {}", config.partition(), cause.getMessage(), cause);
    acknowledgements.unknown(cause.getMessage());
    callers.refuseAll("the replica is fenced");
    writer.tell(new Writer.StopLeading());
    handle.view(ReplicaView.fenced(core));
  }

  private void showLog() {
    handle.watermarks().log(log.firstLsn(), log.appendedLsn(), log.durableLsn());
  }

  private Behavior<Command> onStop() {
    acknowledgements.unknown("the node stops");
    callers.refuseAll("the node stops");
    ballots.close();
    return this;
  }
}
