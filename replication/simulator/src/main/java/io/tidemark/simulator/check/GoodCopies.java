package io.tidemark.simulator.check;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Batch;
import io.tidemark.log.Log;
import io.tidemark.log.Tail;
import io.tidemark.protocol.Ballot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Who has which record whole on its disk, and of which records a log could tell that they were
/// spoilt: what a fault plan may take away. It demands nothing.
///
/// Of the last write before a crash a log cannot tell damage from a tear, as [io.tidemark.log.Log]
/// says; it can of all that a durable mark covers. Every write that is the first after a sync has
/// one in front.
public final class GoodCopies implements Checker {
  private final Mirrors mirrors;
  private final CommittedRecords committed;
  private final Map<ReplicaId, Set<Batch>> spoilt = new HashMap<>();
  private final Map<ReplicaId, Long> durable = new HashMap<>();
  private final Map<ReplicaId, TreeSet<Long>> marks = new HashMap<>();

  GoodCopies(Mirrors mirrors, CommittedRecords committed) {
    this.mirrors = mirrors;
    this.committed = committed;
  }

  /// The batches that `node` was told are durable, in order.
  public List<Batch> durable(ReplicaId node) {
    LogMirror log = mirrors.of(node);
    List<Batch> batches = new ArrayList<>();
    for (long lsn = log.firstLsn();
        lsn <= log.durableLsn();
        lsn = batches.getLast().lastLsn() + 1) {
      batches.add(log.at(lsn));
    }
    return batches;
  }

  /// The first record in the files of `node`.
  public long firstLsn(ReplicaId node) {
    return mirrors.of(node).firstLsn();
  }

  /// Whether `batch` is committed, and one of `others` has it whole.
  public boolean canSpare(ReplicaId node, Batch batch, List<ReplicaId> others) {
    return isCommitted(batch)
        && others.stream()
            .anyMatch(
                other ->
                    !other.equals(node)
                        && mirrors.of(other).firstLsn() <= batch.baseLsn()
                        && mirrors.of(other).hasDurably(batch.lastLsn(), batch)
                        && !isSpoilt(other, batch));
  }

  public boolean isCommitted(Batch batch) {
    return committed.has(batch);
  }

  private boolean isSpoilt(ReplicaId node, Batch batch) {
    return spoilt.getOrDefault(node, Set.of()).contains(batch);
  }

  /// Whether some of what `node` has stored is spoilt, and was not mended yet.
  public boolean isSpoilt(ReplicaId node) {
    return !spoilt.getOrDefault(node, Set.of()).isEmpty();
  }

  /// Up to here a mark says that it was synced.
  public long coveredLsn(ReplicaId node) {
    TreeSet<Long> known = marks.getOrDefault(node, new TreeSet<>());
    return known.isEmpty() ? 0 : known.last();
  }

  @Override
  public void spoilt(ReplicaId node, Batch batch) {
    spoilt.computeIfAbsent(node, _ -> new HashSet<>()).add(batch);
  }

  @Override
  public void mending(ReplicaId node) {
    marks.remove(node);
  }

  @Override
  public void started(ReplicaId node, Log log, Ballot onDisk) {
    spoilt.remove(node);
    durable.put(node, log.appendedLsn());
  }

  @Override
  public void synced(ReplicaId node, long lsn) {
    long before = durable.getOrDefault(node, 0L);
    if (lsn > before) {
      marks.computeIfAbsent(node, _ -> new TreeSet<>()).add(before);
    }
    durable.put(node, lsn);
  }

  /// What is gone need not be mended.
  @Override
  public void trimmed(ReplicaId node, long firstLsn) {
    spoilt.getOrDefault(node, new HashSet<>()).removeIf(batch -> batch.lastLsn() < firstLsn);
  }

  @Override
  public void began(ReplicaId node, Tail tail) {
    spoilt.remove(node);
    marks.remove(node);
    durable.put(node, tail.lastLsn());
  }

  @Override
  public void truncated(ReplicaId node, long lsn) {
    marks.getOrDefault(node, new TreeSet<>()).tailSet(lsn).clear();
    durable.merge(node, lsn, Math::min);
  }
}
