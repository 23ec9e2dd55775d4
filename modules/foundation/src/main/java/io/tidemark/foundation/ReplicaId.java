package io.tidemark.foundation;

import java.util.Comparator;

/// One life of a partition's replica on a node: as long as its data lives.
///
/// A replica that lost its disk forgot what it promised and what it had. It comes back on the same
/// node as another incarnation, which is a stranger to its peers: nobody takes it for the one that
/// promised.
///
/// @param incarnation any number, drawn once when the replica is made; 0 where there can be no
///   other
public record ReplicaId(NodeId node, int incarnation) implements Comparable<ReplicaId> {
  private static final Comparator<ReplicaId> ORDER =
      Comparator.comparing(ReplicaId::node).thenComparing(ReplicaId::incarnation);

  /// The only life of the replica on `node`.
  public static ReplicaId of(NodeId node) {
    return new ReplicaId(node, 0);
  }

  /// Whether `other` is the same replica in another life, or in this one.
  public boolean isSameNode(ReplicaId other) {
    return node.equals(other.node);
  }

  /// The one whose [#toString] is `text`; [IllegalArgumentException] if it is that of none.
  public static ReplicaId parse(String text) {
    int dot = text.indexOf('.');
    if (dot < 0) {
      return of(new NodeId(text));
    }
    try {
      NodeId node = new NodeId(text.substring(0, dot));
      return new ReplicaId(node, Integer.parseUnsignedInt(text.substring(dot + 1), 16));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("node.incarnation expected, found '" + text + "'", e);
    }
  }

  @Override
  public int compareTo(ReplicaId other) {
    return ORDER.compare(this, other);
  }

  /// Such as `a.1f3c09e2`; `a` if the incarnation is 0.
  @Override
  public String toString() {
    return incarnation == 0 ? node.name() : "%s.%08x".formatted(node, incarnation);
  }
}
