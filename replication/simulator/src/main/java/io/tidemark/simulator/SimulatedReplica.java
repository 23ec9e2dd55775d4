package io.tidemark.simulator;

import io.tidemark.foundation.NodeId;
import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Batch;
import io.tidemark.log.BatchRefused;
import io.tidemark.log.Log;
import io.tidemark.log.LogDamagedException;
import io.tidemark.log.ReadResult;
import io.tidemark.log.RecoveryCase;
import io.tidemark.log.repair.Copies;
import io.tidemark.log.repair.Repair;
import io.tidemark.protocol.Ballot;
import io.tidemark.protocol.Effect;
import io.tidemark.protocol.Event;
import io.tidemark.protocol.MemberChange;
import io.tidemark.protocol.Members;
import io.tidemark.protocol.Membership;
import io.tidemark.protocol.ReplicaCore;
import io.tidemark.simulator.VirtualApplication.State;
import io.tidemark.simulator.WriterReport.Waiter;
import io.tidemark.simulator.check.Checkers;
import io.tidemark.storage.Directory;
import io.tidemark.storage.DurableNames;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// One life of a replica: feeds the production core, carries out its effects in their order on the
/// production log. The simulated counterpart of the runtime's `RunningReplica`.
final class SimulatedReplica {
  static final String LOG = "log";
  private static final int FOLLOWER_CATCH_UP_TICKS = 4;
  private static final int STRANGER_SPEAKS_TICKS = 20;

  private final Machine machine;
  private final World world;
  private final ReplicaId id;
  private final Log log;
  private final Ballot recovered;
  private final VirtualBallots ballots;
  private final VirtualApplication application;
  private final VirtualWriter writer;
  private final Outgoing outgoing;
  private final SimulatedAnswers answers;
  private final ReplicaCore core;
  private final Pulse pulse;
  private final Waiting waiting;
  private List<Batch> arrived = List.of();
  private State offered = State.NONE;
  private long committedLsn;
  private long lastTickMicros;
  private int ticksUntilSpeaking;

  /// @param mended whether what was damaged was mended just now
  SimulatedReplica(Machine machine, boolean mended) {
    this.machine = machine;
    this.world = machine.world();
    this.id = machine.id();
    Directory root = world.meddler().disk(id, machine.disk().root());
    DurableNames.deleteUnfinished(root);
    this.recovered = world.meddler().recovered(id, VirtualBallots.load(root));
    this.log = Log.open(DurableNames.child(root, LOG), Temper.log());
    if (!mended) {
      Repair.tidy(log.directory());
    }
    this.answers = new SimulatedAnswers(machine, Copies.of(log), true);
    this.ballots = new VirtualBallots(machine, root, this::ballotSaved);
    VirtualMembers members = new VirtualMembers(root);
    members.align(log.epochs(), log.appendedLsn());
    this.application = new VirtualApplication(root);
    this.writer = new VirtualWriter(machine, log, members, application, this::onWriter);
    this.core =
        new ReplicaCore(
            machine.temper().protocol(id, world.voters(), machine.chance().bits()),
            recovered,
            log.epochs(),
            world.meddler().recovered(id, members.saved()),
            log.firstLsn(),
            log.appendedLsn());
    this.pulse = new Pulse(machine);
    this.waiting = new Waiting(world, id);
    this.outgoing = new Outgoing(machine, log, application, core, this::step);
    this.lastTickMicros = world.time().nowMicros();
  }

  /// Takes its place in the cluster.
  void start() {
    RecoveryCase found = log.recovery().kind();
    Happening.of(found).ifPresent(world.tally()::count);
    world.trace().note(world.time().nowMicros(), id, () -> id + " starts, " + found);
    checkers().tell(checker -> checker.started(id, log, recovered));
    checkers().tell(checker -> checker.goesBy(id, core.members()));
    restored();
    machine.after(machine.tickMicros(), this::tick);
  }

  private void restored() {
    State state = application.now();
    checkers().tell(checker -> checker.restored(id, state.lsn(), state.digest()));
  }

  boolean isLeader() {
    return core.isLeader();
  }

  /// How many appends were not answered yet.
  int waiting() {
    return waiting.size() + writer.waiting();
  }

  ReplicaCore core() {
    return core;
  }

  Log log() {
    return log;
  }

  // --- what comes from outside

  void append(long operation) {
    writer.tell(new VirtualWriter.Append(operation));
  }

  void read(long readId) {
    checkers().tell(checker -> checker.readRequested(id, readId));
    step(new Event.ReadRequested(readId));
  }

  /// Somebody says that no process runs on `node`.
  void lost(NodeId node) {
    step(new Event.NodeLost(node));
  }

  void reachable(ReplicaId peer) {
    step(new Event.PeerReachable(peer));
  }

  void change(MemberChange change) {
    step(new Event.ChangeRequested(change));
  }

  void handOver(Optional<ReplicaId> to) {
    step(new Event.HandOverRequested(to));
  }

  /// What it says when its disk has failed: nobody is to wait for its silence.
  void fence() {
    step(new Event.ResignRequested());
  }

  /// Drops its oldest records, as far as they are committed and applied, but for the newest `kept`.
  void trim(int kept) {
    long lsn = Math.min(committedLsn, application.now().lsn()) + 1 - kept;
    writer.tell(new VirtualWriter.Trim(Math.max(1, lsn)));
  }

  void resign() {
    step(new Event.ResignRequested());
  }

  void fit(boolean fit) {
    step(new Event.FitnessChanged(fit));
  }

  void receive(ReplicaId from, Envelope envelope) {
    switch (envelope) {
      case Envelope.Pulse(long process) -> {
        if (pulse.heard(from, process)) {
          step(new Event.NodeLost(from.node()));
        }
      }
      case Envelope.Greeting() -> step(new Event.StrangerHeard(from));
      case Envelope.Succeeds() -> succeeds(from);
      case Envelope.Letter letter -> receive(from, letter);
      case Envelope.Offer offer -> receive(from, offer);
      case Envelope.Ask ask -> answers.answer(from, ask);
      case Envelope.Answer _, Envelope.Invitation _, Envelope.OfAge _ -> {
        // Of a time before this replica was mended; or of its node, which heard it.
      }
    }
  }

  private void succeeds(ReplicaId successor) {
    if (!core.members().contains(successor)) {
      step(new Event.StrangerHeard(successor));
    } else if (core.isLeader() && world.meddler().invites(core)) {
      world.network().send(id, successor, new Envelope.Invitation());
    }
  }

  private void receive(ReplicaId from, Envelope.Letter envelope) {
    Optional<List<Batch>> read = decoded(envelope);
    if (!envelope.intact() || read.isEmpty()) {
      world.tally().count(Happening.FRAME_REFUSED);
      return;
    }
    List<Batch> batches = read.get();
    arrived = batches;
    step(new Event.Received(from, LoggedMembers.toldBy(envelope.message(), batches)));
    arrived = List.of();
  }

  private void receive(ReplicaId from, Envelope.Offer offer) {
    if (!offer.intact()) {
      world.tally().count(Happening.FRAME_REFUSED);
      return;
    }
    offered = offer.state();
    step(new Event.Received(from, offer.message()));
    offered = State.NONE;
  }

  /// Its batches, unless the checksum of one of them is wrong; then that of the frame must be too.
  private Optional<List<Batch>> decoded(Envelope.Letter envelope) {
    List<Batch> batches = new ArrayList<>();
    try {
      for (byte[] encoded : envelope.batches()) {
        batches.add(Batch.decode(ByteBuffer.wrap(encoded), Temper.log().maxBatchBytes()));
      }
    } catch (BatchRefused e) {
      if (envelope.intact()) {
        throw e;
      }
      return Optional.empty();
    }
    checkers()
        .tell(checker -> checker.decoded(id, batches, envelope.intact() || batches.isEmpty()));
    return Optional.of(batches);
  }

  /// Passes on how much time really went by. A leader that stood still must notice before it
  /// speaks; a follower that did has messages waiting, which may be of a leader that is well.
  private void tick() {
    machine.after(machine.tickMicros(), this::tick);
    checkers().tell(checker -> checker.queued(id, waiting(), outgoing.heldBack()));
    long passed = (world.time().nowMicros() - lastTickMicros) / machine.tickMicros();
    lastTickMicros += passed * machine.tickMicros();
    boolean wasLeader = core.isLeader();
    if (core.isResting()
        && (pulse.stirs() ? !wasLeader : passed > machine.temper().electionTicks())) {
      step(new Event.Stirred());
    }
    boolean stopped = passed >= 3L * machine.temper().electionTicks();
    long most = wasLeader ? 4L * machine.temper().electionTicks() : FOLLOWER_CATCH_UP_TICKS;
    for (long i = 0; i < Math.min(passed, most) && wasLeader == core.isLeader(); i++) {
      step(new Event.Tick(stopped ? Set.of() : pulse.heard()));
    }
    pulse.tick().forEach(this::lost);
    if (ticksUntilSpeaking-- <= 0 && core.isUnknown()) {
      ticksUntilSpeaking = STRANGER_SPEAKS_TICKS;
      world.nodes().stream()
          .filter(node -> !node.equals(id))
          .forEach(node -> world.network().send(id, node, new Envelope.Greeting()));
    }
  }

  private void onWriter(WriterReport report) {
    switch (report) {
      case WriterReport.Appended(Batch batch, List<Waiter> fresh) -> {
        waiting.add(fresh, core.isLeader());
        step(new Event.Appended(batch.epoch(), batch.lastLsn(), LoggedMembers.in(List.of(batch))));
      }
      case WriterReport.MembersNotAppended(var epoch) -> step(new Event.MembersNotAppended(epoch));
      case WriterReport.NotReceived(long lastLsn) -> step(new Event.NotReceived(lastLsn));
      case WriterReport.Fitness(boolean fit) -> step(new Event.FitnessChanged(fit));
      case WriterReport.Synced(long lsn) -> step(new Event.Synced(lsn));
      case WriterReport.Held(long epoch) -> step(new Event.Held(epoch));
      case WriterReport.Settled(long lastLsn, long durableLsn) ->
          step(new Event.Settled(lastLsn, durableLsn));
      case WriterReport.Trimmed(long firstLsn) -> step(new Event.Trimmed(firstLsn));
      case WriterReport.Began(State state) -> began(state);
    }
  }

  /// A state of an offer before, in whose middle it died, may be ahead of this one.
  private void began(State state) {
    committedLsn = Math.max(committedLsn, state.lsn());
    if (state.lsn() > application.now().lsn()) {
      application.restore(state);
      restored();
    }
    step(new Event.Settled(state.lsn(), state.lsn()));
  }

  private void ballotSaved(Ballot ballot) {
    outgoing.ballotSaved();
    step(new Event.BallotSynced(ballot.epoch()));
  }

  // --- the core and its effects

  private void step(Event event) {
    for (Event altered : world.meddler().events(id, event, core)) {
      List<Effect> asked = core.step(altered);
      List<Effect> effects = world.meddler().effects(id, altered, asked, core);
      Sights.count(world.tally(), altered, effects, core);
      world
          .trace()
          .note(
              world.time().nowMicros(),
              List.of(id, altered, effects),
              () -> id + " " + core.roleName() + " " + altered + " -> " + effects);
      checkers().tell(checker -> checker.stepped(id, altered, effects, core));
      effects.forEach(this::carryOut);
    }
    acknowledge();
  }

  private void carryOut(Effect effect) {
    switch (effect) {
      case Effect.Send _, Effect.SendBatches _, Effect.SendOffer _ -> outgoing.send(effect);
      case Effect.SaveBallot(Ballot ballot) -> {
        outgoing.ballotUnderWay();
        ballots.save(ballot);
      }
      case Effect.SaveMembers(Membership membership) ->
          writer.tell(new VirtualWriter.SaveMembers(membership));
      case Effect.AppendMembers(long epoch, Members members) ->
          writer.tell(new VirtualWriter.AppendMembers(epoch, members));
      case Effect.AppendReceived(long fromLsn) ->
          writer.tell(
              new VirtualWriter.AppendReceived(
                  arrived.stream().filter(batch -> batch.baseLsn() >= fromLsn).toList()));
      case Effect.TruncateAfter(long lsn) -> writer.tell(new VirtualWriter.TruncateAfter(lsn));
      case Effect.BeginBehind(long _, Membership at) ->
          writer.tell(new VirtualWriter.BeginBehind(offered, at));
      case Effect.HoldAppends _ -> writer.tell(new VirtualWriter.Hold());
      case Effect.ResumeAppends _ -> writer.tell(new VirtualWriter.Resume());
      case Effect.Lead(long epoch) -> writer.tell(new VirtualWriter.Lead(epoch));
      case Effect.StopLeading _ -> {
        waiting.end();
        writer.tell(new VirtualWriter.StopLeading());
      }
      case Effect.Commit(long lsn) -> {
        committedLsn = Math.max(committedLsn, lsn);
        apply();
      }
      case Effect.ReadReady(long readId, long lsn) ->
          checkers().tell(checker -> checker.readReady(id, readId, lsn));
      case Effect.MembersRefused _,
          Effect.DurableEverywhere _,
          Effect.ReadRefused _,
          Effect.LeaderChanged _ -> {
        // Nobody here waits for these.
      }
    }
  }

  /// Reads what is committed, from the log as a subscriber does; what is damaged stops the reader
  /// and nobody else.
  private void apply() {
    try {
      readOn();
    } catch (LogDamagedException e) {
      world.tally().count(Happening.DAMAGE_READ);
    }
  }

  private void readOn() {
    while (application.now().lsn() < committedLsn
        && log.read(application.now().lsn() + 1) instanceof ReadResult.Found(Batch batch)
        && batch.lastLsn() <= committedLsn) {
      checkers().tell(checker -> checker.applied(id, batch));
      application.apply(batch);
    }
  }

  private void acknowledge() {
    if (!waiting.isEmpty()) {
      waiting.acknowledge(
          world.meddler().acknowledgeable(id, committedLsn, log.appendedLsn(), log.durableLsn()));
    }
  }

  private Checkers checkers() {
    return world.checkers();
  }
}
