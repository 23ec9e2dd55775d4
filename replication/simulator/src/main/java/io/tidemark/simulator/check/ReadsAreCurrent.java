package io.tidemark.simulator.check;

import io.tidemark.foundation.ReplicaId;
import java.util.HashMap;
import java.util.Map;

/// Reads are linearizable: a read sees everything that anybody was told of before it was asked, by
/// an acknowledgement or by another read.
public final class ReadsAreCurrent implements Invariant {
  @Override
  public int number() {
    return 15;
  }

  private final Map<Long, Long> mustSee = new HashMap<>();
  private long told;

  @Override
  public void acknowledged(ReplicaId node, long lsn, long operation) {
    told = Math.max(told, lsn);
  }

  @Override
  public void readRequested(ReplicaId node, long id) {
    mustSee.put(id, told);
  }

  @Override
  public void readReady(ReplicaId node, long id, long lsn) {
    long least = mustSee.remove(id);
    holds(lsn >= least, "read %d at %s sees %d, known was %d", id, node, lsn, least);
    told = Math.max(told, lsn);
  }
}
