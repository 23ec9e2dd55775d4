package io.tidemark.node.kv;

import io.tidemark.foundation.NodeId;
import java.util.List;
import java.util.concurrent.CompletionStage;

/// The other nodes, as far as they have snapshots. Safe for use by several threads.
public interface SnapshotPeers {
  /// A piece of the snapshot at record `lsn`, from `position` on; `lsn` is 0 for whichever there is
  /// at record `atLeastLsn` or above.
  record Wanted(int partition, long atLeastLsn, long lsn, long position) {}

  /// Whom to ask, one after the other.
  List<NodeId> others();

  /// Fails if there is no answer in a time that is bounded.
  CompletionStage<SnapshotAnswer> ask(NodeId node, Wanted wanted);
}
