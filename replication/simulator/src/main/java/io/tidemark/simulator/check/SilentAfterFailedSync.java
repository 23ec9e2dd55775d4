package io.tidemark.simulator.check;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Log;
import io.tidemark.protocol.Ballot;
import java.util.Set;
import java.util.TreeSet;

/// From the sync that failed on, that life of a node makes nothing durable and acknowledges
/// nothing: a second sync would return without a word, and what it should have saved is gone.
public final class SilentAfterFailedSync implements Invariant {
  private final Set<ReplicaId> failed = new TreeSet<>();

  @Override
  public int number() {
    return 11;
  }

  @Override
  public void opening(ReplicaId node) {
    failed.remove(node);
  }

  @Override
  public void syncFailed(ReplicaId node) {
    failed.add(node);
  }

  @Override
  public void started(ReplicaId node, Log log, Ballot onDisk) {
    silent(node, "comes up");
  }

  @Override
  public void synced(ReplicaId node, long lsn) {
    silent(node, "says that " + lsn + " is durable");
  }

  @Override
  public void ballotSaved(ReplicaId node, Ballot ballot) {
    silent(node, "says that a ballot is durable");
  }

  @Override
  public void acknowledged(ReplicaId node, long lsn, long operation) {
    silent(node, "acknowledges record " + lsn);
  }

  private void silent(ReplicaId node, String deed) {
    holds(!failed.contains(node), "%s %s after a sync of its disk failed", node, deed);
  }
}
