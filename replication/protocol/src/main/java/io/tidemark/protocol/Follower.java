package io.tidemark.protocol;

import io.tidemark.foundation.EpochHistory;
import io.tidemark.foundation.NodeId;
import io.tidemark.foundation.ReplicaId;
import io.tidemark.protocol.Message.Batches;
import io.tidemark.protocol.Message.Run;

/// Takes records from the leader of the epoch, if one is known, and waits for silence.
final class Follower implements Role {
  private final Standing standing;
  private int ticksLeft;

  /// Up to here the log is known to agree with that of the leader of this epoch. Only that much may
  /// be reported: a durable tail may still be one that the leader will have us drop.
  private long received;

  private long leaderCommitted;
  private long round;

  Follower(Standing standing, int ticksLeft) {
    this.standing = standing;
    this.ticksLeft = ticksLeft;
    this.received = standing.committed();
  }

  /// Who is no voter cannot stand: it asks its leader, which may rest. Crash story: a learner woke
  /// while its word that it rests was under way; what it said came first, the leader rested, and
  /// neither heard of the other again.
  @Override
  public Role tick() {
    ticksLeft--;
    if (ticksLeft > 0 || standing.isUnsettled()) {
      return this;
    }
    if (standing.isVoter()) {
      return PreCandidate.stand(standing);
    }
    woken();
    return this;
  }

  @Override
  public Role received(ReplicaId from, Message message) {
    switch (message) {
      case Batches batches -> {
        heard(from);
        batches(from, batches);
      }
      case Message.Offer offer -> {
        heard(from);
        offer(from, offer);
      }
      case Message.Heartbeat heartbeat -> {
        heard(from);
        round = Math.max(round, heartbeat.round());
        leaderCommitted = Math.max(leaderCommitted, heartbeat.committed());
        advanceCommit();
        report(from);
      }
      case Message.Committed committed -> {
        heard(from);
        leaderCommitted = Math.max(leaderCommitted, committed.committed());
        advanceCommit();
      }
      case Message.Rest rest -> {
        heard(from);
        rest(from, rest.lastLsn());
      }
      case Message.AskVote ask -> Voting.vote(standing, from, ask).ifGranted(this::restartTimer);
      case Message.StandNow _ -> {
        heard(from);
        if (standing.isFit() && standing.isVoter()) {
          return Candidate.standForLeader(standing);
        }
      }
      case Message.Resigned _ -> leaderLost();
      case Message.AskPreVote _,
          Message.PreVote _,
          Message.Vote _,
          Message.Progress _,
          Message.Mismatch _,
          Message.Rested _,
          Message.Fenced _ -> {
        // Answers to a role this replica no longer has.
      }
    }
    return this;
  }

  /// Rests if it has all, and no more than, the leader has; otherwise says what it has.
  private void rest(ReplicaId leader, long leaderLastLsn) {
    leaderCommitted = Math.max(leaderCommitted, leaderLastLsn);
    advanceCommit();
    if (standing.lastLsn() == leaderLastLsn && standing.committed() == leaderLastLsn) {
      standing.rest();
      standing.send(leader, new Message.Rested(standing.epoch(), leaderLastLsn));
    } else {
      report(leader);
    }
  }

  /// The timer stood still, and the leader may rest: it is told, and says whether it does. Crash
  /// story: somebody who was removed asked followers for votes and not the leader, which it did not
  /// know; they woke, heard nothing, and elected another.
  @Override
  public void woken() {
    restartTimer();
    standing.leader().ifPresent(this::report);
  }

  @Override
  public Role notReceived() {
    received = Math.min(received, standing.lastLsn());
    return this;
  }

  @Override
  public Role synced() {
    advanceCommit();
    if (!standing.isUnsettled()) {
      standing.leader().ifPresent(this::report);
    }
    return this;
  }

  /// The truncation is done: tell the leader where to go on. The batches that led to it are gone,
  /// and a mere report would look like an old one to a leader that waits for more.
  @Override
  public void settled() {
    long last = standing.lastLsn();
    standing
        .leader()
        .ifPresent(
            to ->
                standing.send(
                    to,
                    new Message.Mismatch(standing.epoch(), last + 1, last, standing.lastEpoch())));
  }

  /// Whoever leads there leads no more: nobody need wait for its silence.
  void nodeLost(NodeId node) {
    if (standing.isLedFrom(node)) {
      leaderLost();
    }
  }

  private void leaderLost() {
    standing.lostLeader();
    ticksLeft = standing.turn();
  }

  private void heard(ReplicaId from) {
    standing.heardLeader(from);
    restartTimer();
  }

  private void restartTimer() {
    ticksLeft = standing.patience();
  }

  private void batches(ReplicaId from, Batches batches) {
    if (!has(batches.prevLsn(), batches.prevEpoch())) {
      mismatch(from, batches);
      return;
    }
    long common = lastCommon(batches);
    if (common < batches.lastLsn() && common < standing.lastLsn()) {
      standing.truncateAfter(common);
      received = Math.max(received, common);
      return;
    }
    boolean appends = batches.lastLsn() > standing.lastLsn();
    if (appends) {
      for (Membership members : batches.members()) {
        if (members.lsn() > standing.lastLsn()) {
          standing.changeMembers(members);
          standing.emit(new Effect.SaveMembers(members));
        }
      }
      standing.emit(new Effect.AppendReceived(standing.lastLsn() + 1));
      for (Run run : batches.runs()) {
        standing.appended(run.epoch(), run.lastLsn());
      }
    }
    received = Math.max(received, batches.lastLsn());
    leaderCommitted = Math.max(leaderCommitted, batches.committed());
    advanceCommit();
    if (!appends) {
      // What is appended is reported when it is durable, or with the next heartbeat's answer.
      report(from);
    }
  }

  /// Begins behind what the leader has no more, unless the leader's log and this one go together to
  /// there already: then the offer is an old one, or was not needed.
  private void offer(ReplicaId from, Message.Offer offer) {
    if (!has(offer.lsn(), offer.lsnEpoch())) {
      standing.beginBehind(offer);
    }
    received = Math.max(received, offer.lsn());
    leaderCommitted = Math.max(leaderCommitted, offer.lsn());
    if (!standing.isUnsettled()) {
      advanceCommit();
      report(from);
    }
  }

  /// The last record of `batches`, or the one before them, that this log has as well, or had.
  private long lastCommon(Batches batches) {
    EpochHistory history = standing.history();
    long trimmed = Math.min(standing.firstLsn() - 1, batches.lastLsn());
    long common = Math.max(batches.prevLsn(), trimmed);
    for (Run run : batches.runs()) {
      if (run.lastLsn() <= common) {
        continue;
      }
      long next = common + 1;
      if (next > standing.lastLsn() || history.epochAt(next) != run.epoch()) {
        break;
      }
      common = Math.min(run.lastLsn(), history.runEnd(next, standing.lastLsn()));
      if (common < run.lastLsn()) {
        break;
      }
    }
    return common;
  }

  private void advanceCommit() {
    standing.commit(Math.min(leaderCommitted, received));
  }

  /// Crash story: the disks of three replicas were replaced one after the other. The log of each
  /// new one began at the end of its leader's, and was caught up at once; each became a voter
  /// before it had got what the records that were trimmed had been applied to, and then nobody had
  /// that.
  private void report(ReplicaId to) {
    boolean counts = standing.isVoter() || standing.isReady();
    long durable = counts ? Math.min(standing.durableLsn(), received) : 0;
    standing.send(to, new Message.Progress(standing.epoch(), durable, received, round));
  }

  /// Whether this log has that record, or had it: what is trimmed was committed.
  private boolean has(long lsn, long epoch) {
    return lsn < standing.firstLsn() - 1
        || (lsn <= standing.lastLsn() && standing.history().epochAt(lsn) == epoch);
  }

  /// Names the last record that may be common: the end of this log, or else the record before the
  /// one that differs, or before the whole run of epochs that the leader has never seen.
  private void mismatch(ReplicaId to, Batches batches) {
    long last = standing.lastLsn();
    long hint =
        batches.prevLsn() > last
            ? last
            : Math.min(
                batches.prevLsn() - 1, standing.history().lastLsnUpTo(batches.prevEpoch(), last));
    long hintEpoch = standing.history().epochAt(hint);
    standing.send(to, new Message.Mismatch(standing.epoch(), batches.prevLsn(), hint, hintEpoch));
  }
}
