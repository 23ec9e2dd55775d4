package io.tidemark.simulator.check;

import io.tidemark.foundation.NodeId;
import io.tidemark.log.Batch;
import io.tidemark.log.Log;
import io.tidemark.protocol.Ballot;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// A subscriber sees each committed record once and in order; no operation is in the log twice, and
/// none that its producer was told is not there.
public final class SubscribersSeeOnce implements Checker {
  private static final String PROMISE = "SubscribersSeeOnce";

  private final Map<NodeId, Long> seen = new TreeMap<>();
  private final Map<Long, Long> lsnOfOperation = new HashMap<>();
  private final Set<Long> refused = new HashSet<>();

  @Override
  public void started(NodeId node, Log log, Ballot onDisk) {
    seen.put(node, 0L);
  }

  @Override
  public void applied(NodeId node, Batch batch) {
    Violation.unless(
        batch.baseLsn() == seen.get(node) + 1,
        PROMISE,
        "%s shows %s after record %d",
        node,
        batch,
        seen.get(node));
    seen.put(node, batch.lastLsn());
    List<Long> operations = Operations.in(batch);
    for (int i = 0; i < operations.size(); i++) {
      if (operations.get(i) != Operations.NONE) {
        once(operations.get(i), batch.baseLsn() + i);
      }
    }
  }

  private void once(long operation, long lsn) {
    long first = lsnOfOperation.computeIfAbsent(operation, _ -> lsn);
    Violation.unless(
        first == lsn, PROMISE, "operation %d is record %d and %d", operation, first, lsn);
    Violation.unless(!refused.contains(operation), PROMISE, "operation %d was refused", operation);
  }

  @Override
  public void refused(long operation) {
    refused.add(operation);
    Violation.unless(
        !lsnOfOperation.containsKey(operation),
        PROMISE,
        "operation %d is refused and in the log",
        operation);
  }

  @Override
  public void rested(NodeId node, Log log) {
    Violation.unless(
        seen.get(node) == log.appendedLsn(),
        PROMISE,
        "at rest %s has shown %d of %d records",
        node,
        seen.get(node),
        log.appendedLsn());
  }
}
