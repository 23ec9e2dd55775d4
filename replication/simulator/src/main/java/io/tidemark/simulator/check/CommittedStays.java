package io.tidemark.simulator.check;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.protocol.Effect;
import io.tidemark.protocol.Event;
import io.tidemark.protocol.Message;
import io.tidemark.protocol.ReplicaCore;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A log is cut only on the word of the leader of the epoch, only where its core said, only above
/// what it has committed, and never where a record that is committed anywhere goes with it.
public final class CommittedStays implements Invariant {
  private final Mirrors mirrors;
  private final CommittedRecords committed;
  private final Map<ReplicaId, ArrayDeque<Long>> asked = new HashMap<>();

  public CommittedStays(Mirrors mirrors, CommittedRecords committed) {
    this.mirrors = mirrors;
    this.committed = committed;
  }

  @Override
  public int number() {
    return 13;
  }

  @Override
  public void crashed(ReplicaId node) {
    asked.remove(node);
  }

  @Override
  public void stepped(ReplicaId node, Event event, List<Effect> effects, ReplicaCore core) {
    for (Effect effect : effects) {
      if (effect instanceof Effect.TruncateAfter(long lsn)) {
        holds(
            isWordOfLeader(event, core),
            "%s cuts its log after %d because of %s",
            node,
            lsn,
            event);
        asked.computeIfAbsent(node, _ -> new ArrayDeque<>()).addLast(lsn);
      }
    }
  }

  private static boolean isWordOfLeader(Event event, ReplicaCore core) {
    return event instanceof Event.Received(ReplicaId from, Message.Batches batches)
        && batches.epoch() == core.epoch()
        && core.leader().equals(Optional.of(from));
  }

  @Override
  public void truncating(ReplicaId node, long lsn) {
    ArrayDeque<Long> waiting = asked.getOrDefault(node, new ArrayDeque<>());
    holds(
        !waiting.isEmpty() && waiting.removeFirst() == lsn,
        "%s cuts its log after %d, which its core did not ask for",
        node,
        lsn);
    holds(
        lsn >= committed.of(node),
        "%s cuts its log after %d, it has committed %d",
        node,
        lsn,
        committed.of(node));
    LogMirror log = mirrors.of(node);
    boolean hadMore = lsn < log.lastLsn() && lsn < committed.lastLsn();
    holds(
        !hadMore || !log.has(lsn + 1, committed.at(lsn + 1)),
        "%s drops the committed record %d",
        node,
        lsn + 1);
  }
}
