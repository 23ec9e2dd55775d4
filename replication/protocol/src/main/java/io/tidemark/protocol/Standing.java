package io.tidemark.protocol;

import io.tidemark.foundation.Chance;
import io.tidemark.foundation.Check;
import io.tidemark.foundation.EpochHistory;
import io.tidemark.foundation.NodeId;
import io.tidemark.foundation.ReplicaId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What a replica knows whatever its role: its promise, its log, what is committed; and the effects
/// of the step under way.
///
/// Invariant: `lastLsn >= durableLsn >= committed >= firstLsn - 1`, but for the moment a truncation
/// is unsettled.
final class Standing {
  /// A candidate that is not elected tries again later each time, up to so many times later.
  private static final int MOST_TIMES_SLOWER = 6;

  final ProtocolConfig config;
  final Chance chance;
  final HeardNodes heard;

  private final EpochHistory history;
  private final MemberHistory memberHistory;
  private Ballot ballot;
  private long firstLsn;
  private long lastLsn;
  private long durableLsn;
  private long committed;
  private long committedAtTick;
  private long committedTickBefore;
  private int unsettled;
  private Optional<ReplicaId> leader = Optional.empty();
  private Optional<ReplicaId> lastLeader = Optional.empty();
  private boolean fit = true;
  private boolean ready = true;
  private boolean resting;
  private long ticks;
  private long leaderHeardTick;
  private long leaderHeardEpoch;
  private int elections;
  private final Rhythm rhythm;
  private List<Effect> effects = new ArrayList<>();

  Standing(
      ProtocolConfig config,
      Ballot ballot,
      EpochHistory history,
      List<Membership> saved,
      long firstLsn,
      long lastLsn) {
    this.config = config;
    this.chance = new Chance(config.seed());
    this.heard = new HeardNodes(config.electionTicks());
    this.ballot = ballot;
    this.history = history.copy();
    this.memberHistory = new MemberHistory(Members.of(config.voters()), saved, history, lastLsn);
    this.firstLsn = firstLsn;
    this.lastLsn = lastLsn;
    this.durableLsn = lastLsn;
    // Only what is committed is ever trimmed.
    this.committed = firstLsn - 1;
    this.leaderHeardTick = -config.electionTicks();
    this.rhythm = new Rhythm(config.electionTicks());
  }

  // --- effects

  void emit(Effect effect) {
    effects.add(effect);
  }

  void send(ReplicaId to, Message message) {
    emit(new Effect.Send(to, message));
  }

  List<Effect> takeEffects() {
    List<Effect> taken = effects;
    effects = new ArrayList<>();
    return taken;
  }

  // --- the promise

  long epoch() {
    return ballot.epoch();
  }

  Optional<ReplicaId> votedFor() {
    return ballot.votedFor();
  }

  void promise(long epoch, Optional<ReplicaId> vote) {
    Check.that(epoch >= ballot.epoch(), "epoch %d below the promised %d", epoch, ballot.epoch());
    Check.that(
        epoch > ballot.epoch() || ballot.votedFor().isEmpty() || ballot.votedFor().equals(vote),
        "a second vote in one epoch");
    Ballot next = new Ballot(epoch, vote);
    if (!next.equals(ballot)) {
      ballot = next;
      emit(new Effect.SaveBallot(next));
    }
  }

  // --- time and leader

  /// Where one more node is heard than before, candidates may have a chance.
  void tick(Set<NodeId> nodes) {
    ticks++;
    elections = heard.are(nodes) ? 0 : elections;
    committedTickBefore = committedAtTick;
    committedAtTick = committed;
  }

  long ticks() {
    return ticks;
  }

  void heardLeader(ReplicaId from) {
    if (epoch() == leaderHeardEpoch) {
      rhythm.heard(ticks, ticks - leaderHeardTick);
    }
    leaderHeardTick = ticks;
    leaderHeardEpoch = epoch();
    follow(Optional.of(from));
  }

  void follow(Optional<ReplicaId> newLeader) {
    elections = newLeader.isPresent() ? 0 : elections;
    if (!newLeader.equals(leader)) {
      leader = newLeader;
      lastLeader = newLeader.or(() -> lastLeader);
      emit(new Effect.LeaderChanged(epoch(), newLeader));
    }
  }

  Optional<ReplicaId> leader() {
    return leader;
  }

  /// Whether the leader that is known runs on `node`.
  boolean isLedFrom(NodeId node) {
    return leader.filter(known -> known.node().equals(node)).isPresent();
  }

  /// Whether a leader was heard so recently that nobody else should stand (stickiness).
  boolean leaderIsLive() {
    return leader.isPresent() && ticks - leaderHeardTick < heard.patienceTicks(leader.get(), 1);
  }

  /// The leader said that it is none any more, or its process is gone.
  void lostLeader() {
    leaderHeardTick = ticks - config.electionTicks();
    follow(Optional.empty());
  }

  /// How long to bear the silence of a leader: as long as is configured, the [Rhythm] of leaders
  /// demands, or its node makes up for, then each in its [#turn].
  int patience() {
    int known = leader.map(one -> heard.patienceTicks(one, 1)).orElse(0);
    return Math.max(rhythm.patience(), known) + turn();
  }

  /// How long others come first when a leader is to be replaced. Who follows the last leader in the
  /// list of voters begins, each further one comes a quarter of a timeout later: they do not
  /// compete unless one of them is gone. Who is not fit comes after all others.
  int turn() {
    int step = Math.max(2, config.electionTicks() / 4);
    int rank = fit ? rankBehindLastLeader() : members().voters().size();
    return 1 + rank * step + chance.below(step / 2 + 1);
  }

  private int rankBehindLastLeader() {
    List<ReplicaId> voters = members().voters();
    int own = voters.indexOf(config.self());
    int last = lastLeader.map(voters::indexOf).orElse(voters.size() - 1);
    return own < 0 ? voters.size() : Math.floorMod(own - last - 1, voters.size());
  }

  /// This replica begins an election, the first since a leader was known or one more.
  void stands() {
    elections++;
  }

  /// After which a candidate that was not elected tries again: by chance, so that two that compete
  /// part sooner or later, and later each time: answers may take that long. Crash story: a thousand
  /// partitions began on a machine that was not fast enough to elect a leader for each within the
  /// retry of a candidate; they went on to epoch 15, and each vote was more to do.
  int retryTicks() {
    int ticks = Math.clamp(elections, 1, MOST_TIMES_SLOWER) * config.electionTicks();
    return chance.between(ticks, 2 * ticks) + (fit ? 0 : turn());
  }

  boolean isFit() {
    return fit;
  }

  void fit(boolean now) {
    fit = now;
  }

  boolean isReady() {
    return ready;
  }

  void ready(boolean now) {
    ready = now;
  }

  // --- rest

  boolean isResting() {
    return resting;
  }

  /// Nothing is left to do, and everybody knows: no ticks until something happens.
  void rest() {
    resting = true;
  }

  void wake() {
    resting = false;
  }

  // --- the log

  /// The first record that is still there, or, in an empty log, will be.
  long firstLsn() {
    return firstLsn;
  }

  long lastLsn() {
    return lastLsn;
  }

  long durableLsn() {
    return durableLsn;
  }

  long lastEpoch() {
    return history.epochAt(lastLsn);
  }

  EpochHistory history() {
    return history;
  }

  void appended(long epoch, long newLastLsn) {
    if (newLastLsn > lastLsn) {
      history.append(epoch, lastLsn + 1);
      lastLsn = newLastLsn;
    }
  }

  /// What it was told to append behind `lsn` is not in the log; false if that was not counted on
  /// any more. Crash story: a follower without room was told to begin behind what its leader had
  /// trimmed; what its writer had to say of the old log came after that.
  boolean notAppended(long lsn) {
    if (lsn >= lastLsn || lsn < firstLsn - 1) {
      return false;
    }
    Check.that(lsn >= durableLsn, "the log ends at %d, durable was %d", lsn, durableLsn);
    history.truncateAfter(lsn);
    memberHistory.truncateAfter(lsn);
    lastLsn = lsn;
    return true;
  }

  void synced(long lsn) {
    durableLsn = Math.max(durableLsn, Math.min(lsn, lastLsn));
  }

  void trimmed(long newFirstLsn) {
    Check.that(
        newFirstLsn - 1 <= committed, "trimmed below %d, committed %d", newFirstLsn, committed);
    firstLsn = Math.max(firstLsn, newFirstLsn);
    history.trimBelow(firstLsn);
  }

  /// The leader has trimmed what would have to come next: its word is taken for it.
  void beginBehind(Message.Offer offer) {
    Check.that(offer.lsn() > committed, "begins behind %d of committed %d", offer.lsn(), committed);
    unsettled++;
    emit(new Effect.BeginBehind(offer.lsn(), offer.members()));
    history.truncateAfter(0);
    history.append(offer.lsnEpoch(), offer.lsn());
    memberHistory.beginWith(offer.members());
    firstLsn = offer.lsn() + 1;
    lastLsn = offer.lsn();
    durableLsn = offer.lsn();
    committed = offer.lsn();
  }

  /// Whether a log that ends with record `otherLastLsn` of `otherLastEpoch` lacks something that
  /// this one has (Raft 5.4.1).
  boolean logIsAheadOf(long otherLastLsn, long otherLastEpoch) {
    return lastEpoch() > otherLastEpoch
        || (lastEpoch() == otherLastEpoch && lastLsn > otherLastLsn);
  }

  // --- the members

  Members members() {
    return memberHistory.newest().members();
  }

  /// Since which record they are the members.
  long membersLsn() {
    return memberHistory.newest().lsn();
  }

  /// Who took part since when, as far as it is remembered.
  List<Membership> memberHistory() {
    return memberHistory.all();
  }

  boolean isVoter() {
    return members().isVoter(config.self());
  }

  /// All members but this one.
  List<ReplicaId> peers() {
    return members().all().stream().filter(node -> !node.equals(config.self())).toList();
  }

  /// From its record on, which is about to be in the log, `next` holds.
  void changeMembers(Membership next) {
    memberHistory.add(next);
  }

  // --- settling

  boolean isUnsettled() {
    return unsettled > 0;
  }

  void stopLeading() {
    unsettled++;
    emit(new Effect.StopLeading());
  }

  void truncateAfter(long lsn) {
    Check.that(lsn >= committed, "truncation after %d would drop the committed %d", lsn, committed);
    unsettled++;
    emit(new Effect.TruncateAfter(lsn));
    history.truncateAfter(lsn);
    memberHistory.truncateAfter(lsn);
    lastLsn = lsn;
    durableLsn = Math.min(durableLsn, lsn);
  }

  void settled(long atLastLsn, long atDurableLsn) {
    Check.that(unsettled > 0, "settled without a reason");
    unsettled--;
    if (unsettled == 0) {
      Check.that(atLastLsn == lastLsn, "the log settled at %d, expected %d", atLastLsn, lastLsn);
      durableLsn = atDurableLsn;
    }
  }

  // --- commits

  long committed() {
    return committed;
  }

  /// What was committed between one and two ticks ago.
  long committedLately() {
    return committedTickBefore;
  }

  /// Commits up to `lsn`, as far as it is durable here; true if that moved anything.
  boolean commit(long lsn) {
    long reached = Math.min(lsn, durableLsn);
    if (reached <= committed) {
      return false;
    }
    committed = reached;
    emit(new Effect.Commit(reached));
    return true;
  }
}
