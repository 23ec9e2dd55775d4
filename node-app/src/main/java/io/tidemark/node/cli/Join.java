package io.tidemark.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.foundation.NodeId;
import io.tidemark.node.tools.ToolRefusedException;
import io.tidemark.runtime.ReplicatedNode;
import io.tidemark.runtime.directory.Roster;
import io.tidemark.runtime.directory.Roster.Entry;
import io.tidemark.runtime.directory.Roster.Move;
import io.tidemark.runtime.directory.Roster.Standing;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// How a node finds the cluster that began without it: what its data directory knows of an earlier
/// run, or what a node of that cluster says over HTTP.
final class Join {
  private Join() {}

  /// Throws [ToolRefusedException] if the cluster does not know `self`.
  static Roster rosterFor(NodeId self, Path data, InetSocketAddress at)
      throws IOException, InterruptedException {
    Optional<Roster> last = ReplicatedNode.lastKnown(data);
    Roster roster = last.isPresent() ? last.get() : ask(at);
    if (!roster.isPresent(self)) {
      throw new ToolRefusedException(
          "node %s is not one of %s; 'tidemark cluster add-node' makes it one"
              .formatted(self, roster.present()));
    }
    return roster;
  }

  private static Roster ask(InetSocketAddress at) throws IOException, InterruptedException {
    try (ClusterClient cluster = new ClusterClient(at)) {
      return roster(cluster.cluster());
    }
  }

  private static Roster roster(JsonNode cluster) {
    SortedMap<NodeId, Entry> nodes = new TreeMap<>();
    for (JsonNode node : cluster.get("nodes")) {
      nodes.put(id(node, "node"), entry(node));
    }
    SortedMap<Integer, Move> moves = new TreeMap<>();
    for (JsonNode move : cluster.get("moves")) {
      moves.put(move.get("partition").asInt(), new Move(id(move, "from"), id(move, "to")));
    }
    return new Roster(
        cluster.get("version").asLong(),
        cluster.get("partitions").asInt(),
        cluster.get("replicas").asInt(),
        nodes,
        moves);
  }

  private static NodeId id(JsonNode json, String field) {
    return new NodeId(json.get(field).asText());
  }

  private static Entry entry(JsonNode node) {
    return new Entry(
        node.get("number").asInt(),
        Roster.address(node.get("address").asText()),
        node.get("founder").asBoolean(),
        Standing.valueOf(node.get("state").asText().toUpperCase(Locale.ROOT)));
  }
}
