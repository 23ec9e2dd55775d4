package io.tidemark.simulator.check;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.protocol.Effect;
import io.tidemark.protocol.Event;
import io.tidemark.protocol.Message;
import io.tidemark.protocol.ReplicaCore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// No epoch has two leaders, over all restarts. Who numbers records or speaks as a leader is one.
public final class OneLeaderPerEpoch implements Invariant {
  @Override
  public int number() {
    return 1;
  }

  private final Map<Long, ReplicaId> leaders = new HashMap<>();

  @Override
  public void stepped(ReplicaId node, Event event, List<Effect> effects, ReplicaCore core) {
    for (Effect effect : effects) {
      if (effect instanceof Effect.Lead(long epoch)) {
        leads(node, epoch);
      }
    }
  }

  @Override
  public void sent(ReplicaId from, ReplicaId to, Message message) {
    switch (message) {
      case Message.Batches _,
          Message.Heartbeat _,
          Message.Committed _,
          Message.StandNow _,
          Message.Offer _,
          Message.Rest _,
          Message.Resigned _ ->
          leads(from, message.epoch());
      case Message.AskPreVote _,
          Message.PreVote _,
          Message.AskVote _,
          Message.Vote _,
          Message.Progress _,
          Message.Rested _,
          Message.Mismatch _,
          Message.Fenced _ -> {}
    }
  }

  private void leads(ReplicaId node, long epoch) {
    ReplicaId known = leaders.putIfAbsent(epoch, node);
    holds(known == null || known.equals(node), "%s and %s both lead epoch %d", known, node, epoch);
  }
}
