package io.tidemark.simulator.check;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Batch;
import io.tidemark.protocol.Members;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Members change by one voter at a time, so that quorums overlap, and only when the change before
/// is committed, and a record of the leader's own epoch. Judged where the leader writes; others
/// copy.
///
/// It looks before the [Mirrors] have taken what is written.
public final class OneChangeAtATime implements Invariant {
  private final Mirrors mirrors;
  private final CommittedRecords committed;
  private final LogMirror.Change beginning;
  private final Set<Batch> judged = new HashSet<>();

  public OneChangeAtATime(Mirrors mirrors, CommittedRecords committed, List<ReplicaId> voters) {
    this.mirrors = mirrors;
    this.committed = committed;
    this.beginning = new LogMirror.Change(0, Members.of(voters));
  }

  @Override
  public int number() {
    return 19;
  }

  @Override
  public void appending(ReplicaId node, List<Batch> batches) {
    for (Batch batch : batches) {
      Optional<Members> next = LogMirror.membersIn(batch);
      if (next.isPresent() && judged.add(batch)) {
        judge(node, batch, next.get(), mirrors.of(node).newestChange().orElse(beginning));
      }
    }
  }

  private void judge(ReplicaId node, Batch batch, Members next, LogMirror.Change before) {
    holds(
        before.lsn() <= committed.lastLsn(),
        "%s changes members in %s, the change in record %d is not committed",
        node,
        batch,
        before.lsn());
    holds(
        committed.lastLsn() > 0 && committed.epochOf(committed.lastLsn()) >= batch.epoch(),
        "%s changes members in %s before a record of that epoch is committed",
        node,
        batch);
    List<ReplicaId> changed = new ArrayList<>(next.voters());
    changed.removeAll(before.members().voters());
    List<ReplicaId> gone = new ArrayList<>(before.members().voters());
    gone.removeAll(next.voters());
    holds(
        changed.size() + gone.size() <= 1,
        "%s changes members from %s to %s at once",
        node,
        before.members(),
        next);
  }
}
