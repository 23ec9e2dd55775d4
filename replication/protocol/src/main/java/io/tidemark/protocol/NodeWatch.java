package io.tidemark.protocol;

import io.tidemark.foundation.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Which other nodes are there: each says so every few ticks, once for all its partitions, and
/// which process it is.
///
/// How long a silence is borne is learnt as with leaders, see [Rhythm].
public final class NodeWatch {
  private static final class Watched {
    private final Rhythm rhythm;
    private long process;
    private long heardTick;
    private boolean lost = true;

    Watched(int electionTicks) {
      this.rhythm = new Rhythm(electionTicks);
    }
  }

  private final int electionTicks;
  private final Map<NodeId, Watched> nodes = new TreeMap<>();
  private long ticks;

  /// @param electionTicks silence that is borne in any case
  public NodeWatch(int electionTicks) {
    this.electionTicks = electionTicks;
  }

  /// Process `process` of `node` says that it is there. True if an earlier one was there, which
  /// nobody has missed yet.
  public boolean heard(NodeId node, long process) {
    Watched watched = nodes.computeIfAbsent(node, _ -> new Watched(electionTicks));
    boolean replaced = !watched.lost && watched.process != process;
    if (watched.process == process) {
      watched.rhythm.heard(ticks, ticks - watched.heardTick);
    }
    watched.process = process;
    watched.heardTick = ticks;
    watched.lost = false;
    return replaced;
  }

  /// Those that are there, as far as is known.
  public Set<NodeId> heard() {
    return nodes.entrySet().stream()
        .filter(entry -> !entry.getValue().lost)
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  /// No process is there any more, as somebody else knows.
  public void lost(NodeId node) {
    Optional.ofNullable(nodes.get(node)).ifPresent(watched -> watched.lost = true);
  }

  /// One tick has passed. Returns those that were there and have been silent for too long, each
  /// once.
  public List<NodeId> tick() {
    ticks++;
    List<NodeId> lost = new ArrayList<>();
    nodes.forEach(
        (node, watched) -> {
          if (!watched.lost && ticks - watched.heardTick >= watched.rhythm.patience()) {
            watched.lost = true;
            lost.add(node);
          }
        });
    return lost;
  }
}
