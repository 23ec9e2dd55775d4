package io.tidemark.protocol;

import io.tidemark.foundation.ReplicaId;
import java.util.Optional;
import java.util.function.Predicate;

/// How a replica that lost its disk comes back: as another one, which learns, is promoted beside
/// its former self, and only then is that removed.
///
/// Which step is next can be read from the members alone, so that the next leader goes on where
/// this one fell. Road not taken: to remove the former self first asks less of the others, but a
/// leader that fell right after it would leave nobody who knows that a member is missing.
///
/// @param heard whether a member has spoken lately: who has is not gone
/// @param isCaughtUp whether a learner may be promoted
record Succession(Members members, Predicate<ReplicaId> heard, Predicate<ReplicaId> isCaughtUp) {

  /// The change by which `stranger` begins to take the place of its former self, if that is a
  /// member and is gone.
  Optional<MemberChange> begin(ReplicaId stranger) {
    boolean isHeir =
        !members.contains(stranger)
            && members.all().stream().anyMatch(one -> one.isSameNode(stranger) && isGone(one))
            && members.all().stream().noneMatch(one -> one.isSameNode(stranger) && !isGone(one));
    return isHeir ? Optional.of(new MemberChange.AddLearner(stranger)) : Optional.empty();
  }

  /// The next step for any that has begun.
  Optional<MemberChange> next() {
    return members.all().stream()
        .filter(this::isGone)
        .flatMap(gone -> heirOf(gone).flatMap(heir -> step(gone, heir)).stream())
        .findFirst();
  }

  private Optional<MemberChange> step(ReplicaId gone, ReplicaId heir) {
    if (members.isLearner(gone) || members.isVoter(heir)) {
      return Optional.of(new MemberChange.Remove(gone));
    }
    return isCaughtUp.test(heir) ? Optional.of(new MemberChange.Promote(heir)) : Optional.empty();
  }

  private Optional<ReplicaId> heirOf(ReplicaId gone) {
    return members.all().stream()
        .filter(one -> one.isSameNode(gone) && !one.equals(gone) && !isGone(one))
        .findFirst();
  }

  private boolean isGone(ReplicaId member) {
    return !heard.test(member);
  }
}
