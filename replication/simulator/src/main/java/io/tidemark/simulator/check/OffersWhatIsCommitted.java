package io.tidemark.simulator.check;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Batch;
import io.tidemark.log.Tail;
import io.tidemark.protocol.Members;
import io.tidemark.protocol.Membership;
import io.tidemark.protocol.Message;
import java.util.List;

/// Where somebody is offered to begin is behind a committed batch as it is, with those who are
/// members there.
///
/// That the state is the right one is [ReplayIsIdentical].
public final class OffersWhatIsCommitted implements Invariant {
  private final CommittedRecords committed;
  private final Membership beginning;

  public OffersWhatIsCommitted(CommittedRecords committed, List<ReplicaId> voters) {
    this.committed = committed;
    this.beginning = new Membership(0, 0, Members.of(voters));
  }

  @Override
  public int number() {
    return 18;
  }

  @Override
  public void offered(ReplicaId from, Message.Offer offer, Tail tail, long state) {
    long lsn = offer.lsn();
    holds(
        lsn > 0 && lsn <= committed.lastLsn(),
        "%s offers to begin behind %d, committed is %d",
        from,
        lsn,
        committed.lastLsn());
    Batch batch = committed.at(lsn);
    holds(
        batch.lastLsn() == lsn
            && batch.epoch() == offer.lsnEpoch()
            && Tail.EMPTY.after(batch).equals(tail),
        "%s offers %s behind %s, there is %s",
        from,
        offer,
        tail,
        batch);
    Membership members = committed.membersAt(lsn, beginning);
    holds(members.equals(offer.members()), "%s offers %s, members are %s", from, offer, members);
  }
}
