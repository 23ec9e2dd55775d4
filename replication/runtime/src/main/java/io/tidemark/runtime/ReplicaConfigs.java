package io.tidemark.runtime;

import io.tidemark.foundation.NodeId;
import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.LogConfig;
import io.tidemark.log.writer.WriterConfig;
import java.security.SecureRandom;
import java.util.List;

/// What each replica of one node is made of, and where partitions begin. Safe for use by several
/// threads.
///
/// @param writer how each of them writes
/// @param partitions of the cluster, the directory among them
record ReplicaConfigs(
    NodeConfig config,
    DataDirectory data,
    Peers peers,
    WriterConfig writer,
    int partitions,
    Clock clock,
    SecureRandom chance) {
  private static final long MOST_RECENT_BYTES = 4 << 20;
  private static final int BATCH_OVERHEAD_BYTES = 256;

  /// The largest batch that is sent or written.
  int maxEncodedBatchBytes() {
    return writer.limits().maxBatchBytes() + BATCH_OVERHEAD_BYTES;
  }

  /// Whether a replica of `partition` is to be opened when the node starts.
  boolean isHere(int partition) {
    return placed(partition).contains(config.self()) || data.hosts(partition);
  }

  /// Of the replica of `partition`; makes its directory, if need be.
  ReplicaConfig of(int partition) {
    return of(partition, fresh());
  }

  private ReplicaConfig of(int partition, ReplicaId fresh) {
    long cluster = Integer.toUnsignedLong(NodeTransport.fingerprint(peers.roster().clusterId()));
    LogConfig log =
        config
            .log()
            .applyTo(
                LogConfig.defaults(cluster, partition)
                    .withSizes(config.segmentBytes(), maxEncodedBatchBytes()));
    return new ReplicaConfig(
        partition,
        data.partition(partition),
        log,
        writer,
        fresh,
        placed(partition),
        config.replication(),
        31L * partition + config.self().hashCode(),
        Math.min(config.replication().recentBytes() / partitions, MOST_RECENT_BYTES),
        clock,
        () -> {
          data.setAside(partition, fresh.incarnation());
          return of(partition, fresh);
        });
  }

  /// Who begins it, if it is not known to have begun long ago.
  private List<NodeId> placed(int partition) {
    return data.hadPredecessor(partition) ? List.of() : replicasOf(partition);
  }

  /// The nodes that `partition` began with; the first is the preferred leader.
  List<NodeId> replicasOf(int partition) {
    int at = partition == peers.roster().directory() ? 0 : partition;
    return Placement.replicasOf(at, peers.roster().founders(), config.replicas());
  }

  /// Who a replica of this node is that has no data yet: an incarnation that no other had.
  private ReplicaId fresh() {
    return config.isClustered()
        ? new ReplicaId(config.self(), 1 + chance.nextInt(Integer.MAX_VALUE))
        : ReplicaId.of(config.self());
  }
}
