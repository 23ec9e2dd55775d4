package io.tidemark.simulator.check;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Batch;
import io.tidemark.log.Log;
import io.tidemark.protocol.Ballot;
import java.util.HashMap;
import java.util.Map;

/// No log drops a record that its subscriber lacks, and where a subscriber goes on with a state in
/// place of records the log has the next one, or will.
///
/// That the state is the right one is [ReplayIsIdentical].
public final class NothingMissed implements Invariant {
  private final Mirrors mirrors;
  private final CommittedRecords committed;
  private final Map<ReplicaId, Long> seen = new HashMap<>();

  public NothingMissed(Mirrors mirrors, CommittedRecords committed) {
    this.mirrors = mirrors;
    this.committed = committed;
  }

  @Override
  public int number() {
    return 18;
  }

  @Override
  public void started(ReplicaId node, Log log, Ballot onDisk) {
    seen.put(node, 0L);
  }

  @Override
  public void applied(ReplicaId node, Batch batch) {
    seen.put(node, batch.lastLsn());
  }

  @Override
  public void restored(ReplicaId node, long lsn, long state) {
    holds(
        lsn >= seen.get(node) && lsn <= committed.lastLsn(),
        "%s goes on behind %d, it has seen %d, committed is %d",
        node,
        lsn,
        seen.get(node),
        committed.lastLsn());
    seen.put(node, lsn);
    trimmed(node, mirrors.of(node).firstLsn());
  }

  @Override
  public void trimmed(ReplicaId node, long firstLsn) {
    holds(
        seen.get(node) >= firstLsn - 1,
        "the log of %s begins with %d, its subscriber has seen %d",
        node,
        firstLsn,
        seen.get(node));
  }
}
