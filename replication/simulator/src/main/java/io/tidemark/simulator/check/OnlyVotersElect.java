package io.tidemark.simulator.check;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.protocol.Ballot;
import io.tidemark.protocol.Effect;
import io.tidemark.protocol.Event;
import io.tidemark.protocol.Message;
import io.tidemark.protocol.ReplicaCore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Who takes office has the durable votes of a quorum of those who are voters in its own log; a
/// learner, and who was removed, count for nothing.
public final class OnlyVotersElect implements Invariant {
  private record Vote(ReplicaId voter, long epoch) {}

  private final Map<Vote, ReplicaId> votes = new HashMap<>();

  @Override
  public int number() {
    return 20;
  }

  @Override
  public void ballotSaved(ReplicaId node, Ballot ballot) {
    if (ballot.votedFor().equals(Optional.of(node))) {
      votes.put(new Vote(node, ballot.epoch()), node);
    }
  }

  @Override
  public void sent(ReplicaId from, ReplicaId to, Message message) {
    if (message instanceof Message.Vote(long epoch, boolean granted) && granted) {
      votes.put(new Vote(from, epoch), to);
    }
  }

  @Override
  public void stepped(ReplicaId node, Event event, List<Effect> effects, ReplicaCore core) {
    for (Effect effect : effects) {
      if (effect instanceof Effect.Lead(long epoch)) {
        long found =
            core.members().voters().stream()
                .filter(voter -> node.equals(votes.get(new Vote(voter, epoch))))
                .count();
        holds(
            found >= core.members().quorum(),
            "%s leads epoch %d with %d votes of %s",
            node,
            epoch,
            found,
            core.members());
      }
    }
  }
}
