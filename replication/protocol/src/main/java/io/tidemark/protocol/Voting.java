package io.tidemark.protocol;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.protocol.Message.AskPreVote;
import io.tidemark.protocol.Message.AskVote;
import java.util.Optional;

/// The voter's side of an election, the same in every role.
enum Voting {
  GRANTED,
  REFUSED;

  /// Answers a pre-vote: would this replica vote? Promises nothing.
  ///
  /// While a leader is heard the answer is no, so that a replica that was cut off, or has a bad
  /// link, cannot unseat it.
  static Voting preVote(Standing standing, boolean leading, ReplicaId candidate, AskPreVote ask) {
    boolean granted =
        ask.epoch() > standing.epoch()
            && !leading
            && !standing.leaderIsLive()
            && !standing.logIsAheadOf(ask.lastLsn(), ask.lastEpoch());
    long epoch = granted ? ask.epoch() : standing.epoch();
    standing.send(candidate, new Message.PreVote(epoch, granted));
    return granted ? GRANTED : REFUSED;
  }

  /// Answers a vote in the epoch this replica has promised: one vote an epoch, and only for a log
  /// that lacks nothing this one has.
  static Voting vote(Standing standing, ReplicaId candidate, AskVote ask) {
    Optional<ReplicaId> votedFor = standing.votedFor();
    boolean free = votedFor.isEmpty() || votedFor.get().equals(candidate);
    boolean granted = free && !standing.logIsAheadOf(ask.lastLsn(), ask.lastEpoch());
    if (granted) {
      standing.promise(ask.epoch(), Optional.of(candidate));
    }
    standing.send(candidate, new Message.Vote(standing.epoch(), granted));
    return granted ? GRANTED : REFUSED;
  }

  void ifGranted(Runnable action) {
    if (this == GRANTED) {
      action.run();
    }
  }
}
