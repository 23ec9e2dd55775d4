package io.tidemark.runtime.directory;

import io.tidemark.foundation.Check;
import io.tidemark.foundation.NodeId;
import java.net.InetSocketAddress;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// One record of the directory partition, as text. Whoever appends it only proposes: whether it
/// holds is decided by what stands before it in the log, see [Roster#after].
///
/// | text | fact |
/// | --- | --- |
/// | `founded 8 3 a=127.0.0.1:7001,b=...` | [Founded]: partitions, replicas, nodes |
/// | `added d 127.0.0.1:7004` | [Added] |
/// | `leaving a` | [Leaving] |
/// | `removed a` | [Removed] |
/// | `move 3 a d` | [MoveBegun]: partition, from, to |
/// | `moved 3` | [MoveEnded] |
public sealed interface Fact {
  /// Record type of facts, of those that are an application's own.
  int RECORD_TYPE = 258;

  /// The cluster began with these nodes.
  record Founded(int partitions, int replicas, SortedMap<NodeId, InetSocketAddress> nodes)
      implements Fact {
    @Override
    public String text() {
      return "founded %d %d %s"
          .formatted(
              partitions,
              replicas,
              nodes.entrySet().stream()
                  .map(one -> one.getKey() + "=" + Roster.text(one.getValue()))
                  .collect(Collectors.joining(",")));
    }
  }

  /// A node belongs to the cluster from now on.
  record Added(NodeId node, InetSocketAddress address) implements Fact {
    @Override
    public String text() {
      return "added %s %s".formatted(node, Roster.text(address));
    }
  }

  /// A node is to have no replicas any more, and then to be [Removed].
  record Leaving(NodeId node) implements Fact {
    @Override
    public String text() {
      return "leaving " + node;
    }
  }

  /// A node that was [Leaving] has no replicas: nobody listens to it any more.
  record Removed(NodeId node) implements Fact {
    @Override
    public String text() {
      return "removed " + node;
    }
  }

  /// A replica of `partition` is to be on `to` instead of on `from`.
  record MoveBegun(int partition, NodeId from, NodeId to) implements Fact {
    @Override
    public String text() {
      return "move %d %s %s".formatted(partition, from, to);
    }
  }

  /// The move of a replica of `partition` has ended, or was given up.
  record MoveEnded(int partition) implements Fact {
    @Override
    public String text() {
      return "moved " + partition;
    }
  }

  /// What is in the log.
  String text();

  /// Throws [IllegalArgumentException] if `text` is no fact.
  static Fact parse(String text) {
    String[] words = text.split(" ", -1);
    Check.argument(words.length == words(words[0]), "not a fact: '%s'", text);
    return switch (words[0]) {
      case "founded" ->
          new Founded(Integer.parseInt(words[1]), Integer.parseInt(words[2]), nodes(words[3]));
      case "added" -> new Added(new NodeId(words[1]), Roster.address(words[2]));
      case "leaving" -> new Leaving(new NodeId(words[1]));
      case "removed" -> new Removed(new NodeId(words[1]));
      case "move" ->
          new MoveBegun(Integer.parseInt(words[1]), new NodeId(words[2]), new NodeId(words[3]));
      case "moved" -> new MoveEnded(Integer.parseInt(words[1]));
      default -> throw new IllegalArgumentException("not a fact: '" + text + "'");
    };
  }

  private static int words(String kind) {
    return switch (kind) {
      case "founded", "move" -> 4;
      case "added" -> 3;
      default -> 2;
    };
  }

  private static SortedMap<NodeId, InetSocketAddress> nodes(String text) {
    SortedMap<NodeId, InetSocketAddress> nodes = new TreeMap<>();
    for (String entry : text.split(",", -1)) {
      int equals = entry.indexOf('=');
      Check.argument(equals > 0, "not a node: '%s'", entry);
      nodes.put(
          new NodeId(entry.substring(0, equals)), Roster.address(entry.substring(equals + 1)));
    }
    return nodes;
  }
}
