package io.tidemark.protocol;

import io.tidemark.foundation.ReplicaId;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Has raised the epoch and asks for votes; its own counts once it is durable.
final class Candidate implements Role {
  private final Standing standing;
  private final Set<ReplicaId> granted = new TreeSet<>();
  private int ticksLeft;

  private Candidate(Standing standing) {
    this.standing = standing;
    this.ticksLeft = standing.retryTicks();
  }

  static Role stand(Standing standing) {
    return stand(standing, false);
  }

  /// Because the leader wants it to.
  static Role standForLeader(Standing standing) {
    standing.follow(Optional.empty());
    return stand(standing, true);
  }

  private static Role stand(Standing standing, boolean handedOver) {
    standing.promise(standing.epoch() + 1, Optional.of(standing.config.self()));
    Message ask =
        new Message.AskVote(standing.epoch(), standing.lastLsn(), standing.lastEpoch(), handedOver);
    standing.peers().forEach(peer -> standing.send(peer, ask));
    return new Candidate(standing);
  }

  @Override
  public Role tick() {
    ticksLeft--;
    return ticksLeft > 0 ? this : PreCandidate.stand(standing);
  }

  @Override
  public Role ballotSynced() {
    return count(standing.config.self());
  }

  @Override
  public Role received(ReplicaId from, Message message) {
    return switch (message) {
      case Message.Vote vote -> vote.granted() ? count(from) : this;
      case Message.Batches _,
          Message.Heartbeat _,
          Message.Committed _,
          Message.Offer _,
          Message.Rest _ ->
          new Follower(standing, standing.patience()).received(from, message);
      case Message.AskVote ask -> {
        Voting.vote(standing, from, ask);
        yield this;
      }
      case Message.AskPreVote _,
          Message.PreVote _,
          Message.Progress _,
          Message.Mismatch _,
          Message.StandNow _,
          Message.Rested _,
          Message.Resigned _,
          Message.Fenced _ ->
          this;
    };
  }

  private Role count(ReplicaId voter) {
    granted.add(voter);
    return standing.members().isQuorum(granted) ? Leader.elected(standing) : this;
  }
}
