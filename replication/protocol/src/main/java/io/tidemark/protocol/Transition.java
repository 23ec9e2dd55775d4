package io.tidemark.protocol;

import static io.tidemark.protocol.Role.Kind.CANDIDATE;
import static io.tidemark.protocol.Role.Kind.FOLLOWER;
import static io.tidemark.protocol.Role.Kind.LEADER;
import static io.tidemark.protocol.Role.Kind.PRE_CANDIDATE;

import io.tidemark.foundation.CheckFailure;
import java.util.Set;

/// What a replica may become by one event.
///
/// What is not in the table is a bug, and stops the replica before anybody hears of it. So nobody
/// leads who did not stand in that very epoch, nobody stands in an epoch that was there before, and
/// no leader stands: its leadership has to be settled first.
///
/// @param epochRises whether the epoch is a higher one afterwards
record Transition(Role.Kind from, Role.Kind to, boolean epochRises) {
  static final Set<Transition> LEGAL =
      Set.of(
          // Nothing happened, or nothing that matters here.
          same(FOLLOWER, FOLLOWER),
          same(PRE_CANDIDATE, PRE_CANDIDATE),
          same(CANDIDATE, CANDIDATE),
          same(LEADER, LEADER),

          // Silence; a vote that was not decided.
          same(FOLLOWER, PRE_CANDIDATE),
          same(CANDIDATE, PRE_CANDIDATE),

          // A quorum would vote for it, which may be itself alone; or the leader wants it to stand,
          // and that may be the first that is heard of its epoch.
          rises(FOLLOWER, CANDIDATE),
          rises(PRE_CANDIDATE, CANDIDATE),
          rises(CANDIDATE, CANDIDATE),

          // A quorum did vote for it.
          same(CANDIDATE, LEADER),

          // Another one is heard to lead, or was voted for; no quorum answers; it resigned.
          same(PRE_CANDIDATE, FOLLOWER),
          same(CANDIDATE, FOLLOWER),
          same(LEADER, FOLLOWER),

          // A higher epoch is heard of.
          rises(FOLLOWER, FOLLOWER),
          rises(PRE_CANDIDATE, FOLLOWER),
          rises(CANDIDATE, FOLLOWER),
          rises(LEADER, FOLLOWER));

  private static Transition same(Role.Kind from, Role.Kind to) {
    return new Transition(from, to, false);
  }

  private static Transition rises(Role.Kind from, Role.Kind to) {
    return new Transition(from, to, true);
  }

  void check() {
    if (!LEGAL.contains(this)) {
      throw new CheckFailure("an illegal transition: " + this);
    }
  }
}
