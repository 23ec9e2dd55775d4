package io.tidemark.testkit.cluster;

import java.net.InetSocketAddress;
import java.util.List;

/// Where the nodes of one cluster listen, and how they are reached. Nodes are numbered from 0.
interface Network {
  /// What comes before the command of a node that is to live there.
  List<String> entering(int node);

  /// Where it listens for other nodes, as all nodes are told.
  InetSocketAddress listen(int node);

  /// Where it listens for clients, as it is told.
  InetSocketAddress http(int node);

  /// Where clients outside find that.
  InetSocketAddress clients(int node);
}
