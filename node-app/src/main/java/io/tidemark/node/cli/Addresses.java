package io.tidemark.node.cli;

import io.tidemark.foundation.NodeId;
import java.net.InetSocketAddress;
import java.util.SortedMap;
import java.util.TreeMap;

/// `HOST:PORT` and lists of them.
final class Addresses {
  private Addresses() {}

  static InetSocketAddress parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon <= 0) {
      throw new IllegalArgumentException("expected HOST:PORT, found '" + text + "'");
    }
    InetSocketAddress address;
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      address = new InetSocketAddress(text.substring(0, colon), port);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("expected HOST:PORT, found '" + text + "'", e);
    }
    if (address.isUnresolved()) {
      throw new IllegalArgumentException("the host of '" + text + "' has no known address");
    }
    return address;
  }

  /// `a=HOST:PORT,b=HOST:PORT`.
  static SortedMap<NodeId, InetSocketAddress> parseNodes(String text) {
    SortedMap<NodeId, InetSocketAddress> nodes = new TreeMap<>();
    for (String entry : text.split(",", -1)) {
      int equals = entry.indexOf('=');
      if (equals <= 0) {
        throw new IllegalArgumentException("expected ID=HOST:PORT, found '" + entry + "'");
      }
      NodeId id = new NodeId(entry.substring(0, equals).strip());
      if (nodes.put(id, parse(entry.substring(equals + 1).strip())) != null) {
        throw new IllegalArgumentException("node " + id + " is listed twice");
      }
    }
    return nodes;
  }
}
