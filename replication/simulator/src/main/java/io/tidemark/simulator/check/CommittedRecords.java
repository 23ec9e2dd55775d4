package io.tidemark.simulator.check;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Batch;
import io.tidemark.log.Log;
import io.tidemark.log.Tail;
import io.tidemark.protocol.Ballot;
import io.tidemark.protocol.Effect;
import io.tidemark.protocol.Event;
import io.tidemark.protocol.Members;
import io.tidemark.protocol.Membership;
import io.tidemark.protocol.ReplicaCore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What was ever committed, as the first who committed it had it; behind the [Mirrors] and before
/// the laws that ask.
///
/// It demands nothing itself, but that who commits has the record: without that there is nothing to
/// remember.
public final class CommittedRecords implements Invariant {
  private final Mirrors mirrors;
  private final List<Batch> batchOfRecord = new ArrayList<>();
  private final List<Long> epochOfCommit = new ArrayList<>();
  private final Map<ReplicaId, Long> committedOf = new TreeMap<>();

  public CommittedRecords(Mirrors mirrors) {
    this.mirrors = mirrors;
  }

  @Override
  public int number() {
    return 2;
  }

  @Override
  public void crashed(ReplicaId node) {
    committedOf.remove(node);
  }

  /// Only what is committed is ever trimmed: who starts knows that much.
  @Override
  public void started(ReplicaId node, Log log, Ballot onDisk) {
    committedOf.put(node, log.firstLsn() - 1);
  }

  @Override
  public void began(ReplicaId node, Tail tail) {
    committedOf.merge(node, tail.lastLsn(), Math::max);
  }

  @Override
  public void stepped(ReplicaId node, Event event, List<Effect> effects, ReplicaCore core) {
    for (Effect effect : effects) {
      if (effect instanceof Effect.Commit(long lsn)) {
        commit(node, lsn, core.epoch());
      }
    }
  }

  private void commit(ReplicaId node, long uptoLsn, long epoch) {
    LogMirror log = mirrors.of(node);
    holds(
        uptoLsn <= log.lastLsn(),
        "%s commits %d, its log ends at %d",
        node,
        uptoLsn,
        log.lastLsn());
    while (lastLsn() < uptoLsn) {
      batchOfRecord.add(log.at(lastLsn() + 1));
      epochOfCommit.add(epoch);
    }
    for (long lsn = of(node) + 1; lsn <= uptoLsn; lsn++) {
      same(this, node, "commits", lsn);
    }
    committedOf.merge(node, uptoLsn, Math::max);
  }

  /// Throws a violation of `law` unless the log of `node` has the committed record `lsn`.
  void same(Invariant law, ReplicaId node, String deed, long lsn) {
    LogMirror log = mirrors.of(node);
    law.holds(
        log.has(lsn, at(lsn)),
        "%s %s, but committed record %d is in %s, here %s",
        node,
        deed,
        lsn,
        at(lsn),
        lsn <= log.lastLsn() ? log.at(lsn) : "missing");
  }

  /// The last that was committed anywhere.
  long lastLsn() {
    return batchOfRecord.size();
  }

  /// The batch with the committed record `lsn`.
  Batch at(long lsn) {
    return batchOfRecord.get((int) lsn - 1);
  }

  /// Whether `batch` is committed.
  boolean has(Batch batch) {
    return batch.lastLsn() <= lastLsn() && at(batch.lastLsn()).equals(batch);
  }

  /// The last change of members at or below record `lsn`, `beginning` if there was none.
  Membership membersAt(long lsn, Membership beginning) {
    for (long one = lsn; one > 0; one = at(one).baseLsn() - 1) {
      Optional<Members> found = LogMirror.membersIn(at(one));
      if (found.isPresent()) {
        return new Membership(one, at(one).epoch(), found.get());
      }
    }
    return beginning;
  }

  /// The epoch in which it was first known to be committed.
  long epochOf(long lsn) {
    return epochOfCommit.get((int) lsn - 1);
  }

  /// Up to where `node` has committed in this life.
  long of(ReplicaId node) {
    return committedOf.getOrDefault(node, 0L);
  }
}
