package io.tidemark.simulator.check;

import io.tidemark.foundation.ReplicaId;

/// No queue of a replica grows without end: what producers wait for, what its writer has to do,
/// what is held back for a ballot.
public final class QueuesAreBounded implements Invariant {
  private final int most;

  /// None holds more than `most`.
  public QueuesAreBounded(int most) {
    this.most = most;
  }

  @Override
  public int number() {
    return 21;
  }

  @Override
  public void queued(ReplicaId node, int appends, int heldBack) {
    holds(
        appends <= most && heldBack <= most,
        "%s has %d appends and commands waiting, %d sends held back, allowed are %d of each",
        node,
        appends,
        heldBack,
        most);
  }
}
