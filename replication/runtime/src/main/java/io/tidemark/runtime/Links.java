package io.tidemark.runtime;

import io.tidemark.foundation.NodeId;
import io.tidemark.runtime.ReplicaWire.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The links to all peers, which come and go. What is said to a node without a link is lost.
///
/// Safe for use by several threads.
final class Links {
  /// For a node without peers.
  static final Links NONE = new Links(Map.of(), ReplicaWire.roomForBatches(1 << 20));

  private final int maxBulkPayloadBytes;
  private volatile Map<NodeId, PeerLink> byNode;

  Links(Map<NodeId, PeerLink> byNode, int maxBulkPayloadBytes) {
    this.byNode = Map.copyOf(byNode);
    this.maxBulkPayloadBytes = maxBulkPayloadBytes;
  }

  Map<NodeId, PeerLink> byNode() {
    return byNode;
  }

  int maxBulkPayloadBytes() {
    return maxBulkPayloadBytes;
  }

  /// Returns those that are not among `next`, for whoever opened them to close.
  List<PeerLink> replace(Map<NodeId, PeerLink> next) {
    List<PeerLink> gone = new ArrayList<>(byNode.values());
    gone.removeAll(next.values());
    byNode = Map.copyOf(next);
    return gone;
  }

  void send(NodeId to, Item item) {
    PeerLink link = byNode.get(to);
    if (link != null) {
      link.send(item);
    }
  }

  /// To all of them.
  void pulse(ReplicaWire.Pulse pulse) {
    byNode.values().forEach(link -> link.send(pulse));
  }

  void greet(NodeId to, int partition, Greeting greeting) {
    PeerLink link = byNode.get(to);
    if (link != null) {
      link.greet(partition, greeting);
    }
  }

  void age(NodeId to, AgeWire message) {
    PeerLink link = byNode.get(to);
    if (link != null) {
      link.age(message);
    }
  }

  void repair(NodeId to, int partition, RepairWire message) {
    PeerLink link = byNode.get(to);
    if (link != null) {
      link.repair(partition, message);
    }
  }

  void sendOffer(NodeId to, int partition, long epoch, byte[] payload) {
    PeerLink link = byNode.get(to);
    if (link != null) {
      link.sendOffer(partition, epoch, payload);
    }
  }

  void sendBatches(NodeId to, int partition, long epoch, byte[] payload) {
    PeerLink link = byNode.get(to);
    if (link != null) {
      link.sendBatches(partition, epoch, payload);
    }
  }
}
