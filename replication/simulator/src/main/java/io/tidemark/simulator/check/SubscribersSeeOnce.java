package io.tidemark.simulator.check;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Batch;
import io.tidemark.log.Log;
import io.tidemark.protocol.Ballot;
import java.util.Map;
import java.util.TreeMap;

/// A subscriber sees each committed record once and in order, but for those in whose place it was
/// given a state, and at rest all of them.
public final class SubscribersSeeOnce implements Invariant {
  private final Map<ReplicaId, Long> seen = new TreeMap<>();

  @Override
  public int number() {
    return 6;
  }

  @Override
  public void started(ReplicaId node, Log log, Ballot onDisk) {
    seen.put(node, 0L);
  }

  @Override
  public void restored(ReplicaId node, long lsn, long state) {
    seen.put(node, lsn);
  }

  @Override
  public void applied(ReplicaId node, Batch batch) {
    holds(
        batch.baseLsn() == seen.get(node) + 1,
        "%s shows %s after record %d",
        node,
        batch,
        seen.get(node));
    seen.put(node, batch.lastLsn());
  }

  @Override
  public void rested(ReplicaId node, Log log) {
    holds(
        seen.get(node) == log.appendedLsn(),
        "at rest %s has shown %d of %d records",
        node,
        seen.get(node),
        log.appendedLsn());
  }
}
