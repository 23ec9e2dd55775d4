package io.tidemark.protocol;

import io.tidemark.foundation.Check;
import io.tidemark.foundation.CheckFailure;
import io.tidemark.foundation.ReplicaId;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/// Numbers the records of its epoch, sends them, and counts who has them durably.
final class Leader implements Role {
  /// How many times the patience of followers a leader waits for a quorum to answer.
  private static final int CHECK_QUORUM = 3;

  /// Where the nodes of all followers are heard, each so many heartbeats one is sent.
  private static final int HEARTBEATS_OF_NODES = 3;

  /// How many times that long a leader that is not fit waits before it tries again to hand over.
  private static final long HAND_OVER_AGAIN = 3;

  private final Standing standing;
  private final Map<ReplicaId, PeerProgress> peers = new TreeMap<>();
  private final ReadRounds reads;
  private final Quiet quiet;
  private int ticksToHeartbeat;
  private long durableEverywhere;
  private Optional<HandOver> handOver = Optional.empty();
  private boolean changing;

  /// Who did not take the leadership over last; others come first.
  private PeerProgress failedHeir;

  private Leader(Standing standing) {
    this.standing = standing;
    this.reads = new ReadRounds(standing);
    this.quiet = new Quiet(standing.config.restTicks());
    this.ticksToHeartbeat = standing.config.heartbeatTicks();
    standing.peers().forEach(peer -> peers.put(peer, new PeerProgress(standing, peer)));
  }

  /// Takes office: the first record is an anchor, because records of earlier epochs are committed
  /// only by one of this epoch above them (Raft 5.4.2).
  static Role elected(Standing standing) {
    Leader leader = new Leader(standing);
    standing.follow(Optional.of(standing.config.self()));
    standing.emit(new Effect.Lead(standing.epoch()));
    leader.peers.values().forEach(PeerProgress::restart);
    return leader;
  }

  /// Check-quorum: a leader that a majority has stopped answering may have been replaced already.
  /// It is patient: those that want to replace it do not wait for it to leave, and a busy machine
  /// must not end a leadership that nobody else wants. Of a node that is heard it waits longer for
  /// the replica there.
  @Override
  public Role tick() {
    if (reachedByQuorum(1, peer -> peer.mayBeThere(CHECK_QUORUM) ? 1 : 0) == 0) {
      resign();
      return new Follower(standing, standing.patience());
    }
    if (--ticksToHeartbeat <= 0) {
      beat();
    }
    // Crash story: done with the heartbeat it was never due, because each round of reads is one.
    if (standing.ticks() % standing.config.heartbeatTicks() == 0) {
      succession().next().ifPresent(this::changeIfPossible);
    }
    peers.values().forEach(PeerProgress::tick);
    quiet.tick(isQuiet());
    restIfAllDo();
    if (!standing.isFit() && standing.ticks() % (HAND_OVER_AGAIN * patience()) == 0) {
      handOver(Optional.empty());
    }
    return handOver.isEmpty() || handOver.get().tick() ? this : handOverFailed(handOver.get());
  }

  /// Whether everybody is there, has everything, and nothing is under way.
  private boolean isQuiet() {
    return standing.isFit()
        && handOver.isEmpty()
        && !changing
        && reads.isIdle()
        && standing.committed() == standing.lastLsn()
        && peers.values().stream().allMatch(PeerProgress::isQuiet);
  }

  private void restIfAllDo() {
    if (quiet.isComplete(peers.keySet())) {
      standing.rest();
    }
  }

  @Override
  public void woken() {
    ticksToHeartbeat = 0;
  }

  @Override
  public void disturbed() {
    quiet.disturbed();
  }

  /// Nobody took it over in time. A writer that is stuck cannot go on, so others must.
  private Role handOverFailed(HandOver failed) {
    failedHeir = failed.heir();
    if (!failed.isHeld()) {
      return retire();
    }
    handOver = Optional.empty();
    standing.emit(new Effect.ResumeAppends(standing.epoch()));
    return this;
  }

  /// Leaves office and says so.
  Role retire() {
    peers.keySet().forEach(peer -> standing.send(peer, new Message.Resigned(standing.epoch())));
    resign();
    return new Follower(standing, standing.patience());
  }

  /// Begins to hand over, to `to` or else to the peer that has most; not where nobody is heard.
  void handOver(Optional<ReplicaId> to) {
    if (handOver.isPresent()) {
      return;
    }
    handOver =
        peers.values().stream()
            .filter(peer -> standing.members().isVoter(peer.peer()))
            .filter(peer -> to.isEmpty() || to.get().equals(peer.peer()))
            .filter(PeerProgress::isHeard)
            .max(
                Comparator.<PeerProgress>comparingInt(peer -> failedHeir == peer ? 0 : 1)
                    .thenComparingLong(PeerProgress::durable))
            .map(heir -> HandOver.to(heir, standing));
    if (handOver.isEmpty()) {
      standing.emit(new Effect.ResumeAppends(standing.epoch()));
    }
  }

  void held() {
    handOver.ifPresent(HandOver::held);
  }

  @Override
  public Role notReceived() {
    return retire();
  }

  /// Leaves office. What was appended and not committed has an unknown fate.
  void resign() {
    reads.refuseAll();
    standing.follow(Optional.empty());
    standing.stopLeading();
  }

  /// Asks the writer for the next members, if the change is possible.
  void change(MemberChange change) {
    Optional<String> objection = objectionTo(change);
    if (objection.isPresent()) {
      standing.emit(new Effect.MembersRefused(change, objection.get()));
    } else {
      changing = true;
      standing.wake();
      Members next = standing.members().after(change);
      standing.emit(new Effect.AppendMembers(standing.epoch(), next));
    }
  }

  /// Somebody who is no member speaks.
  void stranger(ReplicaId who) {
    succession().begin(who).ifPresent(this::changeIfPossible);
  }

  private void changeIfPossible(MemberChange change) {
    if (objectionTo(change).isEmpty()) {
      change(change);
    }
  }

  private int patience() {
    return CHECK_QUORUM * standing.config.electionTicks();
  }

  private Succession succession() {
    return new Succession(
        standing.members(),
        one -> one.equals(standing.config.self()) || peer(one).heardWithin(patience()),
        one -> !one.equals(standing.config.self()) && peer(one).isCaughtUp());
  }

  private Optional<String> objectionTo(MemberChange change) {
    Members members = standing.members();
    ReplicaId node = change.node();
    if (changing || standing.membersLsn() > standing.committed()) {
      return Optional.of("the change before is not committed yet");
    }
    if (standing.history().epochAt(standing.committed()) != standing.epoch()) {
      return Optional.of("nothing of this epoch is committed yet");
    }
    if (handOver.isPresent()) {
      return Optional.of("the leadership is handed over");
    }
    String objection =
        switch (change) {
          case MemberChange.AddLearner _ -> members.contains(node) ? "it is a member" : "";
          case MemberChange.Promote _ when !members.isLearner(node) -> "it is no learner";
          case MemberChange.Promote _ ->
              peer(node).isCaughtUp()
                  ? ""
                  : "it lacks records that are committed, or what is built from them";
          case MemberChange.Remove _ when !members.contains(node) -> "it is no member";
          case MemberChange.Remove _ when node.equals(standing.config.self()) ->
              "it leads; hand over first";
          case MemberChange.Remove _ ->
              isHeardByQuorum(members.after(change)) ? "" : "too few of the others are heard";
        };
    return Optional.of(objection).filter(text -> !text.isEmpty());
  }

  private boolean isHeardByQuorum(Members next) {
    List<ReplicaId> heard =
        next.voters().stream()
            .filter(node -> node.equals(standing.config.self()) || peer(node).isHeard())
            .toList();
    return next.isQuorum(heard);
  }

  void membersNotAppended() {
    changing = false;
  }

  /// The members are others from now on.
  void membersChanged() {
    changing = false;
    List<ReplicaId> now = standing.peers();
    peers.keySet().retainAll(now);
    for (ReplicaId peer : now) {
      if (!peers.containsKey(peer)) {
        PeerProgress progress = new PeerProgress(standing, peer);
        peers.put(peer, progress);
        progress.restart();
      }
    }
    advanceCommit();
  }

  void appended() {
    Check.that(
        handOver.isEmpty() || !handOver.get().isHeld(), "an append while the leadership is held");
    peers.values().forEach(PeerProgress::stream);
  }

  void sent(Event.Sent sent) {
    if (peers.containsKey(sent.to())) {
      peer(sent.to()).sent(sent.throughLsn(), sent.bytes());
    }
  }

  void reachable(ReplicaId to) {
    if (peers.containsKey(to)) {
      peer(to).restart();
    }
  }

  void read(long id) {
    reads.request(id);
    advanceReads();
  }

  @Override
  public Role synced() {
    advanceCommit();
    handOver.ifPresent(HandOver::advance);
    return this;
  }

  @Override
  public Role received(ReplicaId from, Message message) {
    switch (message) {
      case Message.Progress _, Message.Mismatch _, Message.Rested _
          when !peers.containsKey(from) -> {
        // It was a member once.
      }
      case Message.Progress progress -> {
        quiet.isAwake(from);
        peer(from).progress(progress);
        advanceCommit();
        advanceReads();
        handOver.ifPresent(HandOver::advance);
        if (standing.isResting()) {
          bidRest(from);
        }
      }
      case Message.Mismatch mismatch -> peer(from).mismatch(mismatch);
      case Message.Rested rested -> rested(from, rested.lastLsn());
      case Message.AskVote ask -> Voting.vote(standing, from, ask);
      case Message.Batches _,
          Message.Heartbeat _,
          Message.Committed _,
          Message.Offer _,
          Message.Rest _ ->
          throw new CheckFailure(from + " leads epoch " + standing.epoch() + ", which is led here");
      case Message.AskPreVote _,
          Message.PreVote _,
          Message.Vote _,
          Message.StandNow _,
          Message.Resigned _,
          Message.Fenced _ -> {
        // Late answers to the election that made this leader.
      }
    }
    return this;
  }

  private void rested(ReplicaId from, long lastLsn) {
    peer(from).heard();
    if (lastLsn == standing.lastLsn()) {
      quiet.rests(from);
      restIfAllDo();
    }
  }

  private void bidRest(ReplicaId peer) {
    standing.send(peer, new Message.Rest(standing.epoch(), standing.lastLsn()));
  }

  private PeerProgress peer(ReplicaId id) {
    PeerProgress peer = peers.get(id);
    Check.that(peer != null, "no peer of this leader");
    return peer;
  }

  private void beat() {
    if (quiet.isDue()) {
      ticksToHeartbeat = standing.config.heartbeatTicks();
      peers.keySet().forEach(this::bidRest);
    } else {
      heartbeat();
    }
  }

  /// Whose node is heard is in no hurry to hear of its leader.
  private void heartbeat() {
    boolean allHeard = peers.keySet().stream().allMatch(standing.heard::isNodeOf);
    ticksToHeartbeat = standing.config.heartbeatTicks() * (allHeard ? HEARTBEATS_OF_NODES : 1);
    for (ReplicaId peer : peers.keySet()) {
      standing.send(
          peer, new Message.Heartbeat(standing.epoch(), standing.committed(), reads.round()));
    }
  }

  /// Commits what a quorum, this replica among it, has durably; only a record of this epoch may be
  /// counted, and it carries all before it.
  private void advanceCommit() {
    long reached = reachedByQuorum(standing.durableLsn(), PeerProgress::durable);
    if (standing.history().epochAt(reached) == standing.epoch() && standing.commit(reached)) {
      for (ReplicaId peer : peers.keySet()) {
        standing.send(peer, new Message.Committed(standing.epoch(), standing.committed()));
      }
      advanceReads();
    }
    long everywhere =
        peers.values().stream()
            .filter(peer -> standing.members().isVoter(peer.peer()))
            .mapToLong(PeerProgress::durable)
            .reduce(standing.committed(), Math::min);
    if (everywhere > durableEverywhere) {
      durableEverywhere = everywhere;
      standing.emit(new Effect.DurableEverywhere(everywhere));
    }
  }

  private void advanceReads() {
    reads.confirmed(reachedByQuorum(reads.round(), PeerProgress::round));
    boolean committedInThisEpoch =
        standing.history().epochAt(standing.committed()) == standing.epoch();
    if (reads.start(committedInThisEpoch)) {
      heartbeat();
      reads.confirmed(reachedByQuorum(reads.round(), PeerProgress::round));
    }
  }

  /// The highest value that a quorum has reached.
  private long reachedByQuorum(long own, ToLongFunction<PeerProgress> of) {
    Members members = standing.members();
    long[] values = new long[members.voters().size()];
    int count = 0;
    for (ReplicaId voter : members.voters()) {
      boolean self = voter.equals(standing.config.self());
      values[count++] = self ? own : of.applyAsLong(peer(voter));
    }
    Arrays.sort(values);
    return values[values.length - members.quorum()];
  }
}
