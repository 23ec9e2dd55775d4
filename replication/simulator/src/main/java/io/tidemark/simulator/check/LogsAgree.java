package io.tidemark.simulator.check;

import io.tidemark.foundation.EpochHistory;
import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Batch;
import io.tidemark.log.Log;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/// The same (epoch, LSN) has the same bytes on every replica, and what is behind it too.
///
/// Looked at when a batch is written: batches are chained, so where two logs share one they share
/// all before it. At rest all logs are equal to the last byte, from where the later one begins, and
/// so are their epoch histories.
public final class LogsAgree implements Invariant {
  @Override
  public int number() {
    return 2;
  }

  private record Identity(long epoch, long lsn) {}

  private final Mirrors mirrors;
  private final Map<Identity, Batch> known = new HashMap<>();
  private Log firstAtRest;

  public LogsAgree(Mirrors mirrors) {
    this.mirrors = mirrors;
  }

  @Override
  public void appending(ReplicaId node, List<Batch> batches) {
    for (Batch batch : batches) {
      for (long lsn = batch.baseLsn(); lsn <= batch.lastLsn(); lsn++) {
        Batch other = known.putIfAbsent(new Identity(batch.epoch(), lsn), batch);
        holds(
            other == null || other.equals(batch),
            "%s writes %s, elsewhere record %d of that epoch is in %s",
            node,
            batch,
            lsn,
            other);
      }
    }
  }

  @Override
  public void notAppended(ReplicaId node, List<Batch> batches) {
    for (Batch batch : batches) {
      for (long lsn = batch.baseLsn(); lsn <= batch.lastLsn(); lsn++) {
        known.remove(new Identity(batch.epoch(), lsn));
      }
    }
  }

  @Override
  public void rested(ReplicaId node, Log log) {
    mirrors.of(node).compare(this, log);
    if (firstAtRest == null) {
      firstAtRest = log;
    }
    holds(
        log.appendedLsn() == firstAtRest.appendedLsn()
            && log.lastChecksum() == firstAtRest.lastChecksum()
            && sameEpochs(log, firstAtRest),
        "at rest %s ends at %d with epochs %s, another at %d with epochs %s",
        node,
        log.appendedLsn(),
        log.epochs(),
        firstAtRest.appendedLsn(),
        firstAtRest.epochs());
  }

  private static boolean sameEpochs(Log log, Log other) {
    EpochHistory mine = log.epochs();
    EpochHistory theirs = other.epochs();
    return LongStream.rangeClosed(Math.max(log.firstLsn(), other.firstLsn()) - 1, log.appendedLsn())
        .allMatch(lsn -> mine.epochAt(lsn) == theirs.epochAt(lsn));
  }
}
