package io.tidemark.foundation;

/// Name of a node, the same on every node of a cluster and for the whole life of its data.
///
/// At most [#MAX_LENGTH] characters of `a-z`, `0-9` and `-`, so that it is safe in file names,
/// addresses and metrics.
public record NodeId(String name) implements Comparable<NodeId> {
  /// Longest name, in characters.
  public static final int MAX_LENGTH = 64;

  public NodeId {
    Check.argument(
        name.matches("[a-z0-9][a-z0-9-]{0," + (MAX_LENGTH - 1) + "}"),
        "a node id has 1 to %d characters of a-z, 0-9 and '-': '%s'",
        MAX_LENGTH,
        name);
  }

  @Override
  public int compareTo(NodeId other) {
    return name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return name;
  }
}
