package io.tidemark.protocol;

import io.tidemark.foundation.ReplicaId;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Asks whether it would win before it raises the epoch, so that a lost cause disturbs nobody.
final class PreCandidate implements Role {
  private final Standing standing;
  private final Set<ReplicaId> granted = new TreeSet<>();
  private int ticksLeft;

  private PreCandidate(Standing standing) {
    this.standing = standing;
    this.ticksLeft = standing.retryTicks();
  }

  /// Starts an election; with a quorum of one it is over at once.
  static Role stand(Standing standing) {
    standing.follow(Optional.empty());
    standing.stands();
    PreCandidate candidate = new PreCandidate(standing);
    for (ReplicaId peer : standing.peers()) {
      standing.send(
          peer,
          new Message.AskPreVote(standing.epoch() + 1, standing.lastLsn(), standing.lastEpoch()));
    }
    return candidate.count(standing.config.self());
  }

  @Override
  public Role tick() {
    ticksLeft--;
    return ticksLeft > 0 ? this : stand(standing);
  }

  @Override
  public Role notReceived() {
    return new Follower(standing, standing.patience());
  }

  @Override
  public Role received(ReplicaId from, Message message) {
    return switch (message) {
      case Message.Batches _,
          Message.Heartbeat _,
          Message.Committed _,
          Message.Offer _,
          Message.Rest _ ->
          new Follower(standing, standing.patience()).received(from, message);
      case Message.AskVote ask ->
          Voting.vote(standing, from, ask) == Voting.GRANTED
              ? new Follower(standing, standing.patience())
              : this;
      case Message.AskPreVote _,
          Message.PreVote _,
          Message.Vote _,
          Message.Progress _,
          Message.Mismatch _,
          Message.StandNow _,
          Message.Rested _,
          Message.Resigned _,
          Message.Fenced _ ->
          this;
    };
  }

  /// A granted pre-vote for the next epoch.
  Role preVoted(ReplicaId from, Message.PreVote vote) {
    return vote.granted() && vote.epoch() == standing.epoch() + 1 ? count(from) : this;
  }

  private Role count(ReplicaId voter) {
    granted.add(voter);
    return standing.members().isQuorum(granted) ? Candidate.stand(standing) : this;
  }
}
