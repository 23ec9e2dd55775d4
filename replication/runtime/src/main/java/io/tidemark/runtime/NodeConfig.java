package io.tidemark.runtime;

import io.tidemark.foundation.Check;
import io.tidemark.foundation.NodeId;
import io.tidemark.runtime.directory.Roster;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// What one node is, and with whom.
///
/// @param self this node
/// @param data the directory of this node's data
/// @param nodes the nodes it is told of, itself among them, and where they listen: Artery on that
///   TCP port, Aeron on the same number over UDP. A cluster begins with them, so for its first
///   start they are the same on every node; later ones are in the directory
/// @param partitions how many the data is split into; never changes for a cluster
/// @param replicas nodes that hold each partition; never changes for a cluster
/// @param segmentBytes length of a segment file; small ones roll often, large ones are zeroed for
///   long
/// @param log how the logs are written
/// @param replication how replicas watch each other
public record NodeConfig(
    NodeId self,
    Path data,
    SortedMap<NodeId, InetSocketAddress> nodes,
    int partitions,
    int replicas,
    long segmentBytes,
    LogSettings log,
    ReplicationSettings replication) {

  /// Most partitions of a cluster.
  public static final int MAX_PARTITIONS = 4096;

  public NodeConfig {
    nodes = Collections.unmodifiableSortedMap(new TreeMap<>(nodes));
    Check.argument(nodes.containsKey(self), "node %s is not among the nodes %s", self, nodes);
    Check.argument(
        partitions >= 1 && partitions <= MAX_PARTITIONS,
        "partitions must be 1 to %d: %d",
        MAX_PARTITIONS,
        partitions);
    Check.argument(
        replicas >= 1 && replicas <= nodes.size(),
        "%d replicas need as many nodes, there are %d",
        replicas,
        nodes.size());
    for (InetSocketAddress address : nodes.values()) {
      Check.argument(
          nodes.size() == 1
              || (!address.isUnresolved() && address.getAddress().isLoopbackAddress()),
          "%s is not a loopback address; nodes on others need authentication, which is not built"
              + " yet",
          address);
    }
  }

  /// One node, one replica, no network.
  public static NodeConfig embedded(
      NodeId self, Path data, int partitions, long segmentBytes, LogSettings log) {
    SortedMap<NodeId, InetSocketAddress> alone = new TreeMap<>();
    alone.put(self, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    return new NodeConfig(
        self, data, alone, partitions, 1, segmentBytes, log, ReplicationSettings.defaults());
  }

  /// The nodes in the order that numbers them.
  public List<NodeId> sortedNodes() {
    return List.copyOf(nodes.keySet());
  }

  /// Whether there is anybody else.
  public boolean isClustered() {
    return nodes.size() > 1;
  }

  /// Where this node listens.
  public InetSocketAddress listen() {
    return nodes.get(self);
  }

  /// The role by which Pekko Cluster shows which node a member is.
  public String clusterRole() {
    return ClusterHints.ROLE_PREFIX + self;
  }

  /// The cluster that begins with these nodes.
  public Roster founding() {
    return Roster.ofFounders(nodes, partitions, replicas);
  }
}
