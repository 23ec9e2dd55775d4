package io.tidemark.simulator.check;

import io.tidemark.foundation.NodeId;
import io.tidemark.log.Batch;
import io.tidemark.log.RecordData;
import io.tidemark.protocol.Members;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Members change by one voter at a time, so that quorums overlap, and only when the change before
/// is committed. Judged where the leader writes; others copy.
///
/// It looks before the [Mirrors] have taken what is written.
public final class OneChangeAtATime implements Invariant {
  private record Change(long lsn, Members members) {}

  private final Mirrors mirrors;
  private final CommittedRecords committed;
  private final Change beginning;
  private final Set<Batch> judged = new HashSet<>();

  public OneChangeAtATime(Mirrors mirrors, CommittedRecords committed, List<NodeId> voters) {
    this.mirrors = mirrors;
    this.committed = committed;
    this.beginning = new Change(0, Members.of(voters));
  }

  @Override
  public int number() {
    return 19;
  }

  @Override
  public void appending(NodeId node, List<Batch> batches) {
    for (Batch batch : batches) {
      Optional<Members> next = in(batch);
      if (next.isPresent() && judged.add(batch)) {
        judge(node, batch, next.get(), before(node));
      }
    }
  }

  private void judge(NodeId node, Batch batch, Members next, Change before) {
    holds(
        before.lsn() <= committed.lastLsn(),
        "%s changes members in %s, the change in record %d is not committed",
        node,
        batch,
        before.lsn());
    List<NodeId> changed = new ArrayList<>(next.voters());
    changed.removeAll(before.members().voters());
    List<NodeId> gone = new ArrayList<>(before.members().voters());
    gone.removeAll(next.voters());
    holds(
        changed.size() + gone.size() <= 1,
        "%s changes members from %s to %s at once",
        node,
        before.members(),
        next);
  }

  private Change before(NodeId node) {
    LogMirror log = mirrors.of(node);
    for (long lsn = log.lastLsn(); lsn > 0; lsn = log.at(lsn).baseLsn() - 1) {
      Optional<Members> found = in(log.at(lsn));
      if (found.isPresent()) {
        return new Change(lsn, found.get());
      }
    }
    return beginning;
  }

  private static Optional<Members> in(Batch batch) {
    return batch
        .only(RecordData.MEMBERS)
        .map(payload -> Members.parse(StandardCharsets.UTF_8.decode(payload).toString()));
  }
}
