package io.tidemark.simulator.check;

import io.tidemark.foundation.NodeId;
import io.tidemark.log.Log;
import io.tidemark.protocol.Ballot;
import java.util.Set;
import java.util.TreeSet;

/// From the sync that failed on, that life of a node makes nothing durable and acknowledges
/// nothing: a second sync would return without a word, and what it should have saved is gone.
public final class SilentAfterFailedSync implements Invariant {
  private final Set<NodeId> failed = new TreeSet<>();

  @Override
  public int number() {
    return 11;
  }

  @Override
  public void opening(NodeId node) {
    failed.remove(node);
  }

  @Override
  public void syncFailed(NodeId node) {
    failed.add(node);
  }

  @Override
  public void started(NodeId node, Log log, Ballot onDisk) {
    silent(node, "comes up");
  }

  @Override
  public void synced(NodeId node, long lsn) {
    silent(node, "says that " + lsn + " is durable");
  }

  @Override
  public void ballotSaved(NodeId node, Ballot ballot) {
    silent(node, "says that a ballot is durable");
  }

  @Override
  public void acknowledged(NodeId node, long lsn, long operation) {
    silent(node, "acknowledges record " + lsn);
  }

  private void silent(NodeId node, String deed) {
    holds(!failed.contains(node), "%s %s after a sync of its disk failed", node, deed);
  }
}
