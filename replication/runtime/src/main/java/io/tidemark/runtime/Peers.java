package io.tidemark.runtime;

import io.tidemark.foundation.NodeId;
import io.tidemark.runtime.directory.Roster;
import io.tidemark.storage.Directory;
import io.tidemark.storage.StorageException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whom this node knows: the newest roster it has seen, kept in its data directory, and the links
/// to those that are in it.
///
/// Safe for use by several threads; [#learn] writes a file.
final class Peers {
  private static final Logger LOG = LoggerFactory.getLogger(Peers.class);

  private final NodeConfig config;
  private final Directory directory;
  private final List<Consumer<Roster>> watchers = new ArrayList<>();
  private volatile Roster roster;

  /// The same by number, because it is looked up for each frame.
  private volatile Map<Integer, NodeId> byNumber;

  private volatile Links links = Links.NONE;
  private BiFunction<NodeId, InetSocketAddress, PeerLink> linking;

  private Peers(NodeConfig config, Directory directory, Roster roster) {
    this.config = config;
    this.directory = directory;
    this.roster = roster;
    this.byNumber = byNumber(roster);
  }

  private static Map<Integer, NodeId> byNumber(Roster roster) {
    return roster.present().stream()
        .collect(Collectors.toUnmodifiableMap(node -> roster.nodes().get(node).number(), it -> it));
  }

  /// Those of the file in `directory`; of `given` if there is none. Throws [DataRefusedException]
  /// if the file is of another cluster than the one that is given.
  static Peers of(NodeConfig config, Directory directory, Roster given) {
    Optional<Roster> last = RosterFile.read(directory);
    last.ifPresent(known -> checkSame(config.data().toString(), known, given));
    Roster roster = last.orElse(given);
    if (!roster.isPresent(config.self())) {
      throw new DataRefusedException(
          "node %s is not one of the cluster %s".formatted(config.self(), roster.present()));
    }
    return new Peers(config, directory, roster);
  }

  /// The same cluster is one with the same founders, or whose given nodes are all known.
  private static void checkSame(String data, Roster known, Roster given) {
    boolean same =
        known.clusterId().equals(given.clusterId())
            || (known.partitions() == given.partitions()
                && known.replicas() == given.replicas()
                && known.nodes().keySet().containsAll(given.nodes().keySet()));
    if (!same) {
      throw new DataRefusedException(
          "%s: expected 'cluster=%s', found 'cluster=%s' with %s"
              .formatted(data, given.clusterId(), known.clusterId(), known.nodes().keySet()));
    }
  }

  Roster roster() {
    return roster;
  }

  Links links() {
    return links;
  }

  /// Where `node` listens: an address in the configuration goes before that of the roster, so that
  /// a whole cluster can be started elsewhere.
  InetSocketAddress address(NodeId node) {
    return Optional.ofNullable(config.nodes().get(node))
        .orElseGet(() -> roster.nodes().get(node).address());
  }

  /// Which node has `number`; nobody listens to one that is removed.
  Optional<NodeId> numbered(int number) {
    return Optional.ofNullable(byNumber.get(number));
  }

  int number() {
    return roster.nodes().get(config.self()).number();
  }

  /// Opens the links, and from now on those to nodes that come.
  synchronized void link(
      int maxBulkPayloadBytes, BiFunction<NodeId, InetSocketAddress, PeerLink> how) {
    linking = how;
    links = new Links(Map.of(), maxBulkPayloadBytes);
    relink();
  }

  /// Takes what is newer than what is known: it is kept, and links are opened and closed.
  synchronized void learn(Roster next) {
    if (next.version() <= roster.version()) {
      return;
    }
    if (!next.clusterId().equals(roster.clusterId())) {
      LOG.error("a roster of another cluster: {}", next.clusterId());
      return;
    }
    keep(next);
    LOG.info("nodes of version {}: {}", next.version(), next.present());
    roster = next;
    byNumber = byNumber(next);
    relink();
    watchers.forEach(watcher -> watcher.accept(next));
  }

  /// It is a copy: a full disk is no reason to go on with an old one.
  private void keep(Roster next) {
    try {
      RosterFile.write(directory, next);
    } catch (StorageException e) {
      LOG.warn("the nodes of version {} are not kept: {}", next.version(), e.getMessage());
    }
  }

  /// Keeps what is known, unless it is kept already.
  void keep() {
    if (RosterFile.read(directory).isEmpty()) {
      RosterFile.write(directory, roster);
    }
  }

  /// Calls `watcher`, on any thread, with each roster that is learnt.
  synchronized void watch(Consumer<Roster> watcher) {
    watchers.add(watcher);
  }

  private void relink() {
    Map<NodeId, PeerLink> next = new HashMap<>();
    for (NodeId node : roster.present()) {
      if (!node.equals(config.self())) {
        next.put(
            node,
            Optional.ofNullable(links.byNode().get(node))
                .orElseGet(() -> linking.apply(node, address(node))));
      }
    }
    links.replace(next).forEach(PeerLink::close);
  }
}
