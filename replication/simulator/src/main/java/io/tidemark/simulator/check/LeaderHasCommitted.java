package io.tidemark.simulator.check;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Log;

/// Who takes office has all that earlier leaders committed, and so has everybody at rest.
///
/// A leader that is late to the news that it was replaced needs not have what was committed since.
public final class LeaderHasCommitted implements Invariant {
  private final CommittedRecords committed;

  public LeaderHasCommitted(CommittedRecords committed) {
    this.committed = committed;
  }

  @Override
  public int number() {
    return 3;
  }

  @Override
  public void leading(ReplicaId node, long epoch) {
    for (long lsn = 1; lsn <= committed.lastLsn(); lsn++) {
      if (committed.epochOf(lsn) <= epoch) {
        committed.same(this, node, "begins to lead epoch " + epoch, lsn);
      }
    }
  }

  @Override
  public void rested(ReplicaId node, Log log) {
    for (long lsn = 1; lsn <= committed.lastLsn(); lsn++) {
      committed.same(this, node, "is at rest", lsn);
    }
  }
}
