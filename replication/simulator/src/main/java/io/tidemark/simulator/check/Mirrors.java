package io.tidemark.simulator.check;

import io.tidemark.foundation.CheckFailure;
import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Batch;
import io.tidemark.log.Tail;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// One [LogMirror] per node; the first of the checkers, so that the others find them up to date.
///
/// It promises nothing itself. [LocalStays] aligns a mirror with the disk after a restart.
public final class Mirrors implements Checker {
  private final Map<ReplicaId, LogMirror> mirrors = new TreeMap<>();

  public Mirrors(Collection<ReplicaId> nodes) {
    nodes.forEach(this::of);
  }

  /// What the log of `node` must hold, or held when its disk was lost.
  public LogMirror of(ReplicaId node) {
    return mirrors.computeIfAbsent(node, _ -> new LogMirror());
  }

  /// All of them.
  public Collection<LogMirror> all() {
    return mirrors.values();
  }

  @Override
  public void appending(ReplicaId node, List<Batch> batches) {
    batches.forEach(of(node)::add);
  }

  @Override
  public void notAppended(ReplicaId node, List<Batch> batches) {
    of(node).truncated(batches.getFirst().baseLsn() - 1);
  }

  @Override
  public void synced(ReplicaId node, long lsn) {
    of(node).synced(lsn);
  }

  @Override
  public void trimming(ReplicaId node, long lsn) {
    of(node).trimming(lsn);
  }

  @Override
  public void trimmed(ReplicaId node, long firstLsn) {
    of(node).trimmed(firstLsn);
  }

  /// What was before that is in the log of whoever offered it.
  @Override
  public void beginning(ReplicaId node, Tail tail) {
    LogMirror known =
        all().stream()
            .filter(one -> one.contains(tail))
            .findFirst()
            .orElseThrow(() -> new CheckFailure(node + " begins behind " + tail + " of nobody"));
    of(node).beginning(known, tail.lastLsn());
  }

  @Override
  public void began(ReplicaId node, Tail tail) {
    of(node).began();
  }

  @Override
  public void truncated(ReplicaId node, long lsn) {
    of(node).truncated(lsn);
  }
}
