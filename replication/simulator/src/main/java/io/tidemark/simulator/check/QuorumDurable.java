package io.tidemark.simulator.check;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Batch;
import io.tidemark.protocol.Effect;
import io.tidemark.protocol.Event;
import io.tidemark.protocol.ReplicaCore;
import java.util.List;

/// What is committed is durable on a quorum at that moment, and what is said to be durable
/// everywhere is: counted on the disks, not by what replicas claim.
public final class QuorumDurable implements Invariant {
  @Override
  public int number() {
    return 10;
  }

  private final Mirrors mirrors;

  public QuorumDurable(Mirrors mirrors) {
    this.mirrors = mirrors;
  }

  @Override
  public void stepped(ReplicaId node, Event event, List<Effect> effects, ReplicaCore core) {
    for (Effect effect : effects) {
      // A follower hears of it later, when the members may be others.
      if (effect instanceof Effect.Commit(long lsn) && core.isLeader()) {
        copies(node, lsn, core.members().voters(), core.members().quorum());
      } else if (effect instanceof Effect.DurableEverywhere(long lsn)) {
        copies(node, lsn, core.members().voters(), core.members().voters().size());
      }
    }
  }

  private void copies(ReplicaId node, long lsn, List<ReplicaId> voters, int needed) {
    LogMirror own = mirrors.of(node);
    long found = 0;
    if (lsn <= own.lastLsn()) {
      Batch batch = own.at(lsn);
      found = voters.stream().filter(one -> mirrors.of(one).hasDurably(lsn, batch)).count();
    }
    holds(
        found >= needed,
        "%s counts record %d as durable on %d nodes, it is on %d",
        node,
        lsn,
        needed,
        found);
  }
}
