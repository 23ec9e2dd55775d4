package io.tidemark.simulator.check;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Batch;
import io.tidemark.protocol.Members;
import io.tidemark.protocol.Membership;
import java.util.List;

/// What a damaged replica has is set aside only when a quorum of the others has all that is
/// committed.
public final class GivenUpWhenNotNeeded implements Invariant {
  private final Mirrors mirrors;
  private final CommittedRecords committed;
  private final Membership beginning;

  /// @param voters of the beginning
  public GivenUpWhenNotNeeded(Mirrors mirrors, CommittedRecords committed, List<ReplicaId> voters) {
    this.mirrors = mirrors;
    this.committed = committed;
    this.beginning = new Membership(0, 0, Members.of(voters));
  }

  @Override
  public int number() {
    return 24;
  }

  @Override
  public void givenUp(ReplicaId node) {
    long lsn = committed.lastLsn();
    Members members = committed.membersAt(lsn, beginning).members();
    long others =
        members.voters().stream()
            .filter(voter -> !voter.equals(node))
            .filter(voter -> lsn == 0 || has(voter, lsn))
            .count();
    holds(
        others >= members.quorum(),
        "%s is given up, and %d of %s have all up to record %d, which is committed",
        node,
        others,
        members,
        lsn);
  }

  private boolean has(ReplicaId voter, long lsn) {
    Batch batch = committed.at(lsn);
    return mirrors.of(voter).hasDurably(lsn, batch);
  }
}
