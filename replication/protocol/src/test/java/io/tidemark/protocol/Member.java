package io.tidemark.protocol;

import io.tidemark.foundation.EpochHistory;
import io.tidemark.foundation.NodeId;
import io.tidemark.protocol.Group.Mail;
import io.tidemark.protocol.Message.Run;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// One replica moved by hand: a core, and a log that is nothing but its epochs and its end.
///
/// Its disk is instant, unless it is stopped: then nothing becomes durable, no ballot is saved and
/// nothing settles until it goes on.
final class Member {
  static final long RECORD_BYTES = 1000;

  private final ProtocolConfig config;
  private final Consumer<Mail> wire;
  private final List<Effect> effects = new ArrayList<>();
  private final List<Event> late = new ArrayList<>();
  private final Set<Transition> taken = new HashSet<>();
  private ReplicaCore core;
  private Ballot ballot = Ballot.NONE;
  private EpochHistory history = new EpochHistory();

  /// Changes of members, each in the log or once in it.
  private final List<Membership> saved = new ArrayList<>();

  private long firstLsn = 1;
  private long lastLsn;
  private long durableLsn;
  private long roomUpTo = Long.MAX_VALUE;
  private boolean stopped;
  private String refusal = "";
  private int batchRecords = Integer.MAX_VALUE;

  Member(ProtocolConfig config, Consumer<Mail> wire) {
    this.config = config;
    this.wire = wire;
    restart();
  }

  ReplicaCore core() {
    return core;
  }

  long lastLsn() {
    return lastLsn;
  }

  EpochHistory history() {
    return history;
  }

  /// All effects since the last call.
  List<Effect> takeEffects() {
    List<Effect> taken = List.copyOf(effects);
    effects.clear();
    return taken;
  }

  /// What it has become by what, so far.
  Set<Transition> taken() {
    return taken;
  }

  /// Why a change of members was refused last.
  String lastRefusal() {
    return refusal;
  }

  /// A frame carries so many records from now on.
  void limitFrame(int records) {
    batchRecords = records;
  }

  /// Gives it a log as if it had been written long ago.
  void hasLog(Run... runs) {
    history = new EpochHistory();
    for (Run run : runs) {
      history.append(run.epoch(), run.firstLsn());
      lastLsn = run.lastLsn();
    }
    durableLsn = lastLsn;
    ballot = new Ballot(history.epochAt(lastLsn), Optional.empty());
    restart();
  }

  /// Starts over from what is durable.
  void restart() {
    history.truncateAfter(durableLsn);
    lastLsn = durableLsn;
    stopped = false;
    late.clear();
    core = new ReplicaCore(config, ballot, history, saved, firstLsn, lastLsn);
  }

  /// Its log ends with `lsn`: there was no room for what it had received as a follower.
  void loses(long lsn) {
    history.truncateAfter(lsn);
    lastLsn = lsn;
    late.clear();
    step(new Event.NotReceived(lsn));
  }

  /// From now on there is no room for records above `lsn`.
  void fillUpTo(long lsn) {
    roomUpTo = lsn;
  }

  /// Deletes the records below `lsn`.
  void trim(long lsn) {
    firstLsn = lsn;
    history.trimBelow(lsn);
    step(new Event.Trimmed(lsn));
  }

  long firstLsn() {
    return firstLsn;
  }

  void stopDisk() {
    stopped = true;
  }

  void continueDisk() {
    stopped = false;
    List<Event> due = List.copyOf(late);
    late.clear();
    due.forEach(this::fromDisk);
  }

  void tick() {
    tick(Set.of());
  }

  /// The nodes `heard` are there.
  void tick(Set<NodeId> heard) {
    step(new Event.Tick(heard));
  }

  /// The writer of this leader appends `records` in the core's epoch.
  void append(int records) {
    append(core.epoch(), records);
  }

  private void append(long epoch, int records) {
    history.append(epoch, lastLsn + 1);
    lastLsn += records;
    step(new Event.Appended(epoch, lastLsn));
    fromDisk(new Event.Synced(lastLsn));
  }

  private void appendMembers(long epoch, Members members) {
    Membership membership = new Membership(lastLsn + 1, epoch, members);
    saved.add(membership);
    history.append(epoch, lastLsn + 1);
    lastLsn++;
    step(new Event.Appended(epoch, lastLsn, List.of(membership)));
    fromDisk(new Event.Synced(lastLsn));
  }

  void step(Event event) {
    Role.Kind before = core.role();
    long epochBefore = core.epoch();
    List<Effect> news = core.step(event);
    taken.add(new Transition(before, core.role(), core.epoch() > epochBefore));
    for (Effect effect : news) {
      effects.add(effect);
      carryOut(effect, event);
    }
  }

  private void fromDisk(Event event) {
    if (stopped) {
      late.add(event);
      return;
    }
    if (event instanceof Event.Synced(long lsn)) {
      durableLsn = lsn;
    }
    step(event);
  }

  private void carryOut(Effect effect, Event cause) {
    switch (effect) {
      case Effect.Send(var to, Message message) ->
          wire.accept(new Mail(config.self(), to, message));
      case Effect.SendBatches batches -> send(batches);
      case Effect.SendOffer offer -> offer(offer);
      case Effect.BeginBehind(long lsn, Membership members) -> beginBehind(lsn, members, cause);
      case Effect.SaveBallot(Ballot next) -> {
        ballot = next;
        fromDisk(new Event.BallotSynced(next.epoch()));
      }
      case Effect.AppendReceived _ -> appendReceived(cause);
      case Effect.SaveMembers(Membership members) -> saved.add(members);
      case Effect.AppendMembers(long epoch, Members members) -> appendMembers(epoch, members);
      case Effect.TruncateAfter(long lsn) -> {
        history.truncateAfter(lsn);
        saved.removeIf(members -> members.lsn() > lsn);
        lastLsn = lsn;
        durableLsn = Math.min(durableLsn, lsn);
        fromDisk(new Event.Settled(lastLsn, durableLsn));
      }
      case Effect.Lead(long epoch) -> append(epoch, 1);
      case Effect.HoldAppends(long epoch) -> fromDisk(new Event.Held(epoch));
      case Effect.StopLeading _ -> fromDisk(new Event.Settled(lastLsn, durableLsn));
      case Effect.MembersRefused(MemberChange _, String reason) -> refusal = reason;
      case Effect.Commit _,
          Effect.ResumeAppends _,
          Effect.DurableEverywhere _,
          Effect.ReadReady _,
          Effect.ReadRefused _,
          Effect.LeaderChanged _ -> {}
    }
  }

  /// Behind the last record that was trimmed, if it is known who took part there.
  private void offer(Effect.SendOffer effect) {
    long lsn = firstLsn - 1;
    effect.members().stream()
        .filter(m -> m.lsn() <= lsn)
        .reduce((_, later) -> later)
        .map(m -> new Message.Offer(effect.epoch(), lsn, history.epochAt(lsn), m))
        .ifPresent(offer -> wire.accept(new Mail(config.self(), effect.to(), offer)));
  }

  private void beginBehind(long lsn, Membership members, Event cause) {
    if (cause instanceof Event.Received(var _, Message.Offer offer)) {
      saved.clear();
      saved.add(members);
      history = new EpochHistory();
      history.append(offer.lsnEpoch(), lsn);
      firstLsn = lsn + 1;
      lastLsn = lsn;
      durableLsn = lsn;
      fromDisk(new Event.Settled(lsn, lsn));
    }
  }

  private void send(Effect.SendBatches effect) {
    long end = Math.min(effect.uptoLsn(), effect.fromLsn() + batchRecords - 1L);
    List<Run> runs = new ArrayList<>();
    for (long lsn = effect.fromLsn(); lsn <= end; ) {
      long runEnd = history.runEnd(lsn, end);
      runs.add(new Run(history.epochAt(lsn), lsn, runEnd));
      lsn = runEnd + 1;
    }
    List<Membership> members =
        saved.stream().filter(m -> m.lsn() >= effect.fromLsn() && m.lsn() <= end).toList();
    wire.accept(
        new Mail(
            config.self(),
            effect.to(),
            new Message.Batches(
                effect.epoch(),
                effect.fromLsn() - 1,
                effect.prevEpoch(),
                runs,
                effect.committed(),
                members)));
    step(
        new Event.Sent(
            effect.to(), effect.epoch(), end, RECORD_BYTES * (end + 1 - effect.fromLsn())));
  }

  private void appendReceived(Event cause) {
    if (cause instanceof Event.Received(var _, Message.Batches batches)) {
      for (Run run : batches.runs()) {
        long end = Math.min(run.lastLsn(), roomUpTo);
        if (end > lastLsn) {
          history.append(run.epoch(), lastLsn + 1);
          lastLsn = end;
        }
      }
      if (batches.lastLsn() > lastLsn) {
        fromDisk(new Event.NotReceived(lastLsn));
      }
      fromDisk(new Event.Synced(lastLsn));
    }
  }
}
