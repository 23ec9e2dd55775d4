package io.tidemark.simulator.check;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Batch;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a producer was told is in the log is committed there, once, at the LSN it was told; what it
/// was told is not there never appears.
///
/// That the record stays is [CommittedStays], that its bytes are the producer's [NothingInvented].
public final class AcknowledgedStays implements Invariant {
  private final CommittedRecords committed;
  private final Map<Long, Long> lsnOfOperation = new HashMap<>();
  private final Set<Long> refused = new HashSet<>();
  private long judgedLsn;

  public AcknowledgedStays(CommittedRecords committed) {
    this.committed = committed;
  }

  @Override
  public int number() {
    return 4;
  }

  @Override
  public void acknowledged(ReplicaId node, long lsn, long operation) {
    holds(
        lsn <= committed.lastLsn(),
        "%s acknowledges record %d, committed is %d",
        node,
        lsn,
        committed.lastLsn());
    Batch batch = committed.at(lsn);
    long found = Operations.in(batch).get((int) (lsn - batch.baseLsn()));
    holds(
        found == operation,
        "%s acknowledges operation %d as record %d, which is operation %d",
        node,
        operation,
        lsn,
        found);
    once(operation, lsn);
  }

  @Override
  public void applied(ReplicaId node, Batch batch) {
    if (batch.lastLsn() <= judgedLsn) {
      return;
    }
    judgedLsn = batch.lastLsn();
    List<Long> operations = Operations.in(batch);
    for (int i = 0; i < operations.size(); i++) {
      if (operations.get(i) != Operations.NONE) {
        once(operations.get(i), batch.baseLsn() + i);
      }
    }
  }

  private void once(long operation, long lsn) {
    long first = lsnOfOperation.computeIfAbsent(operation, _ -> lsn);
    holds(first == lsn, "operation %d is record %d and %d", operation, first, lsn);
    holds(!refused.contains(operation), "operation %d was refused", operation);
  }

  @Override
  public void refused(long operation) {
    refused.add(operation);
    holds(
        !lsnOfOperation.containsKey(operation),
        "operation %d is refused and in the log",
        operation);
  }
}
