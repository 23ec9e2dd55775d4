package io.tidemark.simulator.check;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Tail;
import io.tidemark.protocol.Effect;
import io.tidemark.protocol.Event;
import io.tidemark.protocol.Message;
import io.tidemark.protocol.ReplicaCore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A log is dropped only where its core said, on the word of the leader of the epoch, for what is
/// committed and is not in it; and nobody says that it has that before it does.
public final class BeginsAsOffered implements Invariant {
  private final Mirrors mirrors;
  private final CommittedRecords committed;
  private final Map<ReplicaId, Long> asked = new HashMap<>();

  public BeginsAsOffered(Mirrors mirrors, CommittedRecords committed) {
    this.mirrors = mirrors;
    this.committed = committed;
  }

  @Override
  public int number() {
    return 18;
  }

  @Override
  public void crashed(ReplicaId node) {
    asked.remove(node);
  }

  @Override
  public void stepped(ReplicaId node, Event event, List<Effect> effects, ReplicaCore core) {
    for (Effect effect : effects) {
      if (effect instanceof Effect.BeginBehind(long lsn, var members)) {
        holds(
            event instanceof Event.Received(ReplicaId from, Message.Offer offer)
                && offer.epoch() == core.epoch()
                && core.leader().equals(Optional.of(from))
                && offer.lsn() == lsn
                && offer.members().equals(members),
            "%s begins behind %d with %s because of %s",
            node,
            lsn,
            members,
            event);
        holds(
            lsn > committed.of(node),
            "%s begins behind %d, it has committed %d",
            node,
            lsn,
            committed.of(node));
        asked.put(node, lsn);
      }
    }
  }

  @Override
  public void beginning(ReplicaId node, Tail tail) {
    long lsn = tail.lastLsn();
    holds(
        asked.getOrDefault(node, -1L) == lsn,
        "%s begins behind %d, which its core did not ask for",
        node,
        lsn);
    holds(
        lsn <= committed.lastLsn() && Tail.EMPTY.after(committed.at(lsn)).equals(tail),
        "%s begins behind %s, which is not committed",
        node,
        tail);
    holds(
        !mirrors.of(node).has(lsn, committed.at(lsn)),
        "%s drops its log, which has record %d, for an offer of it",
        node,
        lsn);
  }

  @Override
  public void began(ReplicaId node, Tail tail) {
    asked.remove(node);
  }

  @Override
  public void sent(ReplicaId from, ReplicaId to, Message message) {
    Long lsn = asked.get(from);
    if (lsn != null) {
      long says =
          switch (message) {
            case Message.Progress progress -> progress.durable();
            case Message.Mismatch mismatch -> mismatch.hintLsn();
            case Message.Rested rested -> rested.lastLsn();
            default -> 0;
          };
      holds(says < lsn, "%s has not begun behind %d yet, and says %s", from, lsn, message);
    }
  }
}
