package io.tidemark.runtime;

import io.tidemark.foundation.NodeId;
import io.tidemark.runtime.ReplicaWire.Item;
import java.util.Map;

/// The links to all peers. What is said to a node without a link is lost.
record Links(Map<NodeId, PeerLink> byNode, int maxBulkPayloadBytes) {
  /// For a node without peers.
  static final Links NONE = new Links(Map.of(), ReplicaWire.roomForBatches(1 << 20));

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

  void sendBatches(NodeId to, int partition, long epoch, byte[] payload) {
    PeerLink link = byNode.get(to);
    if (link != null) {
      link.sendBatches(partition, epoch, payload);
    }
  }
}
