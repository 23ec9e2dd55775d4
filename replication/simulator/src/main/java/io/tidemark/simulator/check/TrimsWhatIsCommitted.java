package io.tidemark.simulator.check;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Log;
import io.tidemark.protocol.Ballot;

/// A log drops as its oldest only records that its own replica knows to be committed.
public final class TrimsWhatIsCommitted implements Invariant {
  private final CommittedRecords committed;

  public TrimsWhatIsCommitted(CommittedRecords committed) {
    this.committed = committed;
  }

  @Override
  public int number() {
    return 18;
  }

  @Override
  public void started(ReplicaId node, Log log, Ballot onDisk) {
    gone(node, log.firstLsn() - 1, committed.lastLsn());
  }

  @Override
  public void trimmed(ReplicaId node, long firstLsn) {
    gone(node, firstLsn - 1, committed.of(node));
  }

  private void gone(ReplicaId node, long lsn, long limit) {
    holds(lsn <= limit, "%s drops record %d, committed there is %d", node, lsn, limit);
    if (lsn > 0) {
      committed.same(this, node, "drops its oldest", lsn);
    }
  }
}
