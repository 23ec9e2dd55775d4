package io.tidemark.simulator.check;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Batch;
import io.tidemark.log.Log;
import io.tidemark.protocol.Ballot;
import java.util.Map;
import java.util.TreeMap;

/// What readers see never shrinks while a replica lives, and never runs past what is committed.
public final class ReadsAdvance implements Invariant {
  private final CommittedRecords committed;
  private final Map<ReplicaId, Long> shown = new TreeMap<>();

  public ReadsAdvance(CommittedRecords committed) {
    this.committed = committed;
  }

  @Override
  public int number() {
    return 7;
  }

  @Override
  public void started(ReplicaId node, Log log, Ballot onDisk) {
    shown.put(node, 0L);
  }

  @Override
  public void applied(ReplicaId node, Batch batch) {
    past(node, batch.lastLsn(), committed.of(node));
  }

  @Override
  public void readReady(ReplicaId node, long id, long lsn) {
    past(node, lsn, committed.of(node));
    long before = shown.put(node, lsn);
    holds(lsn >= before, "read %d at %s sees %d, one before saw %d", id, node, lsn, before);
  }

  private void past(ReplicaId node, long lsn, long limit) {
    holds(lsn <= limit, "%s shows record %d, committed there is %d", node, lsn, limit);
  }
}
