package io.tidemark.runtime;

import io.tidemark.foundation.NodeId;
import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.LogConfig;
import io.tidemark.log.writer.WriterConfig;
import io.tidemark.protocol.ProtocolConfig;
import io.tidemark.storage.Directory;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/// What one replica is made of.
///
/// @param partition its number
/// @param directory where its segments and ballots are
/// @param fresh who it is if it has no data yet
/// @param placed the nodes with which the partition begins, in the order of preference as leader
/// @param replication how replicas watch each other
/// @param seed of its chance
/// @param recentBytes batches kept in memory for followers; less reads the disk more often
/// @param anew sets what is in `directory` aside, durably, and says what to begin instead, as
///   `fresh`; may block
record ReplicaConfig(
    int partition,
    Directory directory,
    LogConfig log,
    WriterConfig writer,
    ReplicaId fresh,
    List<NodeId> placed,
    ReplicationSettings replication,
    long seed,
    long recentBytes,
    Clock clock,
    Supplier<ReplicaConfig> anew) {

  NodeId node() {
    return fresh.node();
  }

  /// How long one tick of the protocol is; the protocol's times are multiples of it.
  Duration tick() {
    return replication.tick();
  }

  /// How many rounds of appends may be on their way to a majority of `founders`; alone, what is
  /// synced is committed.
  int rounds(List<ReplicaId> founders) {
    return founders.size() == 1 ? Integer.MAX_VALUE : replication.rounds();
  }

  /// Of the replica `self` of a partition that began with `founders`.
  ProtocolConfig protocol(ReplicaId self, List<ReplicaId> founders) {
    return replication.protocol(self, founders, seed);
  }
}
