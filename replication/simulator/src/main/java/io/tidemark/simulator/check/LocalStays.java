package io.tidemark.simulator.check;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Log;
import io.tidemark.protocol.Ballot;

/// What a log said is durable is there after a restart, unless the protocol took it back; and what
/// is there was written.
///
/// It reads the whole log from the disk, and aligns the mirror with what the crash left of the
/// unsynced end.
public final class LocalStays implements Invariant {
  @Override
  public int number() {
    return 9;
  }

  private final Mirrors mirrors;

  public LocalStays(Mirrors mirrors) {
    this.mirrors = mirrors;
  }

  @Override
  public void truncating(ReplicaId node, long lsn) {
    mirrors.of(node).truncating(lsn);
  }

  @Override
  public void started(ReplicaId node, Log log, Ballot onDisk) {
    mirrors.of(node).compareAfterRestart(this, log);
  }
}
