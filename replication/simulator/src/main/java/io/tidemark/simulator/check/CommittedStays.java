package io.tidemark.simulator.check;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Batch;
import io.tidemark.log.Log;
import io.tidemark.protocol.Effect;
import io.tidemark.protocol.Event;
import io.tidemark.protocol.ReplicaCore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What is committed on any replica is committed on all, for ever, with the same bytes.
///
/// - No two commits of one LSN differ, on any node, in any incarnation.
/// - Who takes office has all that earlier leaders committed.
/// - Nobody drops a committed record.
/// - What a producer was told is in the log is committed, at that LSN, with the producer's bytes.
public final class CommittedStays implements Checker {
  private static final String PROMISE = "CommittedStays";

  private final Mirrors mirrors;
  private final List<Batch> batchOfRecord = new ArrayList<>();

  /// The epoch in which each record was first known to be committed.
  private final List<Long> epochOfCommit = new ArrayList<>();

  private final Map<ReplicaId, Long> committedOf = new TreeMap<>();

  public CommittedStays(Mirrors mirrors) {
    this.mirrors = mirrors;
  }

  @Override
  public void crashed(ReplicaId node) {
    committedOf.remove(node);
  }

  @Override
  public void stepped(ReplicaId node, Event event, List<Effect> effects, ReplicaCore core) {
    for (Effect effect : effects) {
      if (effect instanceof Effect.Commit(long lsn)) {
        commit(node, lsn, core.epoch());
      }
    }
  }

  /// A leader that is late to the news that it was replaced needs not have what was committed
  /// since.
  @Override
  public void leading(ReplicaId node, long epoch) {
    for (long lsn = 1; lsn <= batchOfRecord.size(); lsn++) {
      if (epochOfCommit.get((int) lsn - 1) <= epoch) {
        same(node, "begins to lead epoch " + epoch, mirrors.of(node), lsn);
      }
    }
  }

  private void commit(ReplicaId node, long uptoLsn, long epoch) {
    LogMirror log = mirrors.of(node);
    Violation.unless(
        uptoLsn <= log.lastLsn(),
        PROMISE,
        "%s commits %d, its log ends at %d",
        node,
        uptoLsn,
        log.lastLsn());
    for (long lsn = committedOf.getOrDefault(node, 0L) + 1; lsn <= uptoLsn; lsn++) {
      if (lsn > batchOfRecord.size()) {
        batchOfRecord.add(log.at(lsn));
        epochOfCommit.add(epoch);
      }
      same(node, "commits", log, lsn);
    }
    committedOf.put(node, uptoLsn);
  }

  private void same(ReplicaId node, String deed, LogMirror log, long lsn) {
    Batch expected = batchOfRecord.get((int) lsn - 1);
    Violation.unless(
        log.has(lsn, expected),
        PROMISE,
        "%s %s, but committed record %d is in %s, here %s",
        node,
        deed,
        lsn,
        expected,
        lsn <= log.lastLsn() ? log.at(lsn) : "missing");
  }

  @Override
  public void truncating(ReplicaId node, long lsn) {
    LogMirror log = mirrors.of(node);
    boolean hadMore = lsn < log.lastLsn() && lsn < batchOfRecord.size();
    Violation.unless(
        !hadMore || !log.has(lsn + 1, batchOfRecord.get((int) lsn)),
        PROMISE,
        "%s drops the committed record %d",
        node,
        lsn + 1);
  }

  @Override
  public void acknowledged(ReplicaId node, long lsn, long operation) {
    Violation.unless(
        lsn <= batchOfRecord.size(),
        PROMISE,
        "%s acknowledges record %d, committed is %d",
        node,
        lsn,
        batchOfRecord.size());
    Batch batch = batchOfRecord.get((int) lsn - 1);
    long found = Operations.in(batch).get((int) (lsn - batch.baseLsn()));
    Violation.unless(
        found == operation,
        PROMISE,
        "%s acknowledges operation %d as record %d, which is operation %d",
        node,
        operation,
        lsn,
        found);
  }

  @Override
  public void rested(ReplicaId node, Log log) {
    for (long lsn = 1; lsn <= batchOfRecord.size(); lsn++) {
      same(node, "is at rest", mirrors.of(node), lsn);
    }
  }
}
