package io.tidemark.simulator.check;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Log;
import io.tidemark.protocol.Ballot;
import java.util.Map;
import java.util.TreeMap;

/// On a disk the epoch never goes back, and within an epoch a vote is never changed nor forgotten,
/// over all lives.
public final class PromisesStay implements Invariant {
  private final Map<ReplicaId, Ballot> durable = new TreeMap<>();

  @Override
  public int number() {
    return 8;
  }

  @Override
  public void started(ReplicaId node, Log log, Ballot onDisk) {
    follows(node, "restarts with", onDisk);
  }

  @Override
  public void ballotSaved(ReplicaId node, Ballot ballot) {
    follows(node, "saves", ballot);
  }

  private void follows(ReplicaId node, String deed, Ballot next) {
    Ballot before = durable.getOrDefault(node, Ballot.NONE);
    boolean kept =
        next.epoch() > before.epoch()
            || (next.epoch() == before.epoch()
                && (before.votedFor().isEmpty() || before.votedFor().equals(next.votedFor())));
    holds(kept, "%s %s %s, durable was %s", node, deed, next, before);
    durable.put(node, next);
  }
}
