package io.tidemark.runtime.directory;

import io.tidemark.foundation.Check;
import io.tidemark.foundation.NodeId;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/// The nodes of a cluster and which replicas are on their way: the state after the facts of the
/// directory partition up to `version`.
///
/// Nothing depends on its being new: who has an old one lacks a link, or has one too many, and that
/// is loss to the protocol. Of two, the one with the higher version is right.
///
/// A node's name and number are never given to another, also after it is gone: a frame that was
/// under way for long names who sent it.
///
/// @param version LSN of the last fact in it; 0 as long as the cluster has not begun
/// @param nodes all that ever were
/// @param moves by partition
public record Roster(
    long version,
    int partitions,
    int replicas,
    SortedMap<NodeId, Entry> nodes,
    SortedMap<Integer, Move> moves) {
  /// Most nodes that a cluster ever had: frames have 16 bits for their numbers.
  public static final int MAX_NODES = 1 << 16;

  /// What is known of a node.
  ///
  /// @param number by which frames name their sender
  /// @param founder whether the cluster began with it
  public record Entry(int number, InetSocketAddress address, boolean founder, Standing standing) {
    Entry with(Standing next) {
      return new Entry(number, address, founder, next);
    }
  }

  /// How a node belongs to the cluster.
  public enum Standing {
    /// It takes replicas.
    ACTIVE,
    /// Its replicas move away.
    LEAVING,
    /// It has none, and nobody listens to it.
    REMOVED
  }

  /// A replica on its way.
  public record Move(NodeId from, NodeId to) {}

  /// What a fact comes to.
  public sealed interface Outcome {}

  /// It holds; `next` is this roster if it held already.
  public record Taken(Roster next) implements Outcome {}

  /// It does not hold, and never did.
  public record Refused(String reason) implements Outcome {}

  public Roster {
    nodes = Collections.unmodifiableSortedMap(new TreeMap<>(nodes));
    moves = Collections.unmodifiableSortedMap(new TreeMap<>(moves));
  }

  /// What is known before anything is: the founders are numbered in the order of their names.
  public static Roster ofFounders(
      SortedMap<NodeId, InetSocketAddress> founders, int partitions, int replicas) {
    SortedMap<NodeId, Entry> nodes = new TreeMap<>();
    founders.forEach(
        (node, address) ->
            nodes.put(node, new Entry(nodes.size(), address, true, Standing.ACTIVE)));
    return new Roster(0, partitions, replicas, nodes, new TreeMap<>());
  }

  /// What makes a cluster the same cluster for ever: whom it began with, its partitions, its
  /// replicas.
  public String clusterId() {
    return "%s/%d/%d".formatted(founders(), partitions, replicas);
  }

  /// Those that partitions begin on.
  public List<NodeId> founders() {
    return named(Entry::founder);
  }

  /// Those that are not removed.
  public List<NodeId> present() {
    return named(entry -> entry.standing() != Standing.REMOVED);
  }

  /// Those that take replicas.
  public List<NodeId> active() {
    return named(entry -> entry.standing() == Standing.ACTIVE);
  }

  /// Those whose replicas move away.
  public List<NodeId> leaving() {
    return named(entry -> entry.standing() == Standing.LEAVING);
  }

  private List<NodeId> named(Predicate<Entry> which) {
    return nodes.keySet().stream().filter(node -> which.test(nodes.get(node))).toList();
  }

  public boolean isPresent(NodeId node) {
    return nodes.containsKey(node) && nodes.get(node).standing() != Standing.REMOVED;
  }

  /// The number of the directory partition: the first that no partition of data has.
  public int directory() {
    return partitions;
  }

  /// What `fact`, record `lsn` of the directory, comes to after these.
  public Outcome after(long lsn, Fact fact) {
    return switch (fact) {
      case Fact.Founded _ when version > 0 -> new Refused("the cluster has begun");
      case Fact.Founded(int parts, int each, var founders) -> {
        Roster begun = ofFounders(founders, parts, each);
        yield new Taken(new Roster(lsn, parts, each, begun.nodes, begun.moves));
      }
      case Fact _ when version == 0 -> new Refused("the cluster has not begun");
      case Fact.Added added -> add(lsn, added);
      case Fact.Leaving(NodeId node) -> leave(lsn, node);
      case Fact.Removed(NodeId node) -> remove(lsn, node);
      case Fact.MoveBegun begun -> move(lsn, begun);
      case Fact.MoveEnded(int partition) -> {
        SortedMap<Integer, Move> left = new TreeMap<>(moves);
        yield new Taken(left.remove(partition) == null ? this : with(lsn, nodes, left));
      }
    };
  }

  private Outcome add(long lsn, Fact.Added added) {
    Optional<Entry> before = Optional.ofNullable(nodes.get(added.node()));
    if (before.isPresent()) {
      boolean same =
          before.get().standing() == Standing.ACTIVE
              && before.get().address().equals(added.address());
      return same
          ? new Taken(this)
          : new Refused(
              "there is or was a node %s, at %s; a name is not used again"
                  .formatted(added.node(), text(before.get().address())));
    }
    Optional<NodeId> there =
        present().stream()
            .filter(node -> nodes.get(node).address().equals(added.address()))
            .findFirst();
    if (there.isPresent()) {
      return new Refused("at %s is node %s".formatted(text(added.address()), there.get()));
    }
    return nodes.size() == MAX_NODES
        ? new Refused("there were " + MAX_NODES + " nodes, and no number is used again")
        : new Taken(
            with(
                lsn,
                added.node(),
                new Entry(nodes.size(), added.address(), false, Standing.ACTIVE)));
  }

  private Outcome leave(long lsn, NodeId node) {
    if (!nodes.containsKey(node)) {
      return new Refused("there is no node " + node);
    }
    Entry entry = nodes.get(node);
    if (entry.standing() != Standing.ACTIVE) {
      return new Taken(this);
    }
    int left = active().size() - 1;
    return left < replicas
        ? new Refused(
            "%d replicas need as many nodes; without %s there are %d"
                .formatted(replicas, node, left))
        : new Taken(with(lsn, node, entry.with(Standing.LEAVING)));
  }

  private Outcome remove(long lsn, NodeId node) {
    if (!nodes.containsKey(node) || nodes.get(node).standing() == Standing.ACTIVE) {
      return new Refused(node + " is not leaving");
    }
    if (moves.values().stream().anyMatch(m -> m.from().equals(node) || m.to().equals(node))) {
      return new Refused("a replica of " + node + " is on its way");
    }
    Entry entry = nodes.get(node);
    return new Taken(
        entry.standing() == Standing.REMOVED
            ? this
            : with(lsn, node, entry.with(Standing.REMOVED)));
  }

  private Outcome move(long lsn, Fact.MoveBegun begun) {
    if (moves.containsKey(begun.partition())) {
      return new Refused("a replica of partition " + begun.partition() + " is on its way");
    }
    boolean possible =
        begun.partition() >= 0
            && begun.partition() <= directory()
            && isPresent(begun.from())
            && active().contains(begun.to())
            && !begun.from().equals(begun.to());
    if (!possible) {
      return new Refused("no such move: " + begun.text());
    }
    SortedMap<Integer, Move> more = new TreeMap<>(moves);
    more.put(begun.partition(), new Move(begun.from(), begun.to()));
    return new Taken(with(lsn, nodes, more));
  }

  private Roster with(long lsn, NodeId node, Entry entry) {
    SortedMap<NodeId, Entry> next = new TreeMap<>(nodes);
    next.put(node, entry);
    return with(lsn, next, moves);
  }

  private Roster with(
      long lsn, SortedMap<NodeId, Entry> nextNodes, SortedMap<Integer, Move> nextMoves) {
    return new Roster(lsn, partitions, replicas, nextNodes, nextMoves);
  }

  public static String text(InetSocketAddress address) {
    return address.getHostString() + ":" + address.getPort();
  }

  /// Throws [IllegalArgumentException] if `text` is none.
  public static InetSocketAddress address(String text) {
    int colon = text.lastIndexOf(':');
    Check.argument(colon > 0, "expected HOST:PORT, found '%s'", text);
    return new InetSocketAddress(
        text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
  }
}
