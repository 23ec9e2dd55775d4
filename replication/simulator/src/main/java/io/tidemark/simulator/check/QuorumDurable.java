package io.tidemark.simulator.check;

import io.tidemark.foundation.NodeId;
import io.tidemark.log.Batch;
import io.tidemark.protocol.Effect;
import io.tidemark.protocol.Event;
import io.tidemark.protocol.ReplicaCore;
import java.util.List;

/// What is committed is durable on a quorum at that moment, and what is said to be durable
/// everywhere is: counted on the disks, not by what replicas claim.
public final class QuorumDurable implements Checker {
  private static final String PROMISE = "QuorumDurable";

  private final Mirrors mirrors;

  public QuorumDurable(Mirrors mirrors) {
    this.mirrors = mirrors;
  }

  @Override
  public void stepped(NodeId node, Event event, List<Effect> effects, ReplicaCore core) {
    for (Effect effect : effects) {
      // A follower hears of it later, when the members may be others.
      if (effect instanceof Effect.Commit(long lsn) && core.isLeader()) {
        copies(node, lsn, core.members().voters(), core.members().quorum());
      } else if (effect instanceof Effect.DurableEverywhere(long lsn)) {
        copies(node, lsn, core.members().voters(), core.members().voters().size());
      }
    }
  }

  private void copies(NodeId node, long lsn, List<NodeId> voters, int needed) {
    LogMirror own = mirrors.of(node);
    long found = 0;
    if (lsn <= own.lastLsn()) {
      Batch batch = own.at(lsn);
      found = voters.stream().filter(one -> mirrors.of(one).hasDurably(lsn, batch)).count();
    }
    Violation.unless(
        found >= needed,
        PROMISE,
        "%s counts record %d as durable on %d nodes, it is on %d",
        node,
        lsn,
        needed,
        found);
  }
}
