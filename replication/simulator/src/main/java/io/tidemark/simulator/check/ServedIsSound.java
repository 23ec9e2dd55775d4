package io.tidemark.simulator.check;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Batch;
import java.util.List;

/// What a log serves, to a subscriber or to a peer, is what was written to it, byte for byte, and
/// one chain.
///
/// What was written passed its checksums before; so equal bytes pass them again.
public final class ServedIsSound implements Invariant {
  private final Mirrors mirrors;

  public ServedIsSound(Mirrors mirrors) {
    this.mirrors = mirrors;
  }

  @Override
  public int number() {
    return 14;
  }

  @Override
  public void served(ReplicaId node, List<Batch> batches) {
    long next = batches.getFirst().baseLsn();
    for (Batch batch : batches) {
      holds(
          batch.baseLsn() == next && mirrors.of(node).has(batch.lastLsn(), batch),
          "%s serves %s where record %d comes next",
          node,
          batch,
          next);
      next = batch.lastLsn() + 1;
    }
  }

  @Override
  public void decoded(ReplicaId node, List<Batch> batches, boolean intact) {
    holds(intact, "%s took %s for sound, a bit of them had flipped", node, batches);
  }

  @Override
  public void applied(ReplicaId node, Batch batch) {
    holds(mirrors.of(node).has(batch.lastLsn(), batch), "%s shows %s", node, batch);
  }
}
