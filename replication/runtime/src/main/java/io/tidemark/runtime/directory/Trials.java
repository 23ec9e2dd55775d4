package io.tidemark.runtime.directory;

import io.tidemark.foundation.NodeId;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Which nodes were given leaderships, and which of them did not take or keep them: those are given
/// none for a while, twice as long each further time.
///
/// Crash story: the disk of a node is slow, and its leaders resign. It leads less than the others
/// then, is given a leadership back, resigns again, and clients wait each time.
public final class Trials {
  /// How often the pause doubles at most.
  private static final int MOST_DOUBLINGS = 6;

  private final Duration pause;
  private final Map<Integer, Given> given = new HashMap<>();
  private final Map<NodeId, Failures> failures = new HashMap<>();

  private record Given(NodeId node, long sinceNanos) {}

  private record Failures(int count, long atNanos, long pauseNanos) {
    boolean isOver(long nowNanos) {
      return nowNanos - atNanos >= pauseNanos;
    }
  }

  /// @param pause after the first time
  public Trials(Duration pause) {
    this.pause = pause;
  }

  /// `step` was done.
  public void taken(Step.Lead step, long nowNanos) {
    given.put(step.partition(), new Given(step.node(), nowNanos));
  }

  /// `step` was not done.
  public void refused(Step.Lead step, long nowNanos) {
    failed(step.node(), nowNanos);
  }

  /// Others give leaderships now.
  public void forget() {
    given.clear();
    failures.clear();
  }

  /// Who is to be given nothing, as the leaders are now.
  public Set<NodeId> unwilling(Map<Integer, Group> groups, long nowNanos) {
    Set<NodeId> lost = new HashSet<>();
    given.forEach(
        (partition, one) -> {
          Group group = groups.get(partition);
          if (group != null && !group.leader().equals(one.node())) {
            lost.add(one.node());
          }
        });
    lost.forEach(node -> failed(node, nowNanos));
    given.values().removeIf(one -> isKept(one, nowNanos));
    Set<NodeId> unwilling = new HashSet<>(failures.keySet());
    unwilling.removeIf(node -> failures.get(node).isOver(nowNanos));
    return unwilling;
  }

  /// Many at once are one failure: a process that ended loses all it led.
  private void failed(NodeId node, long nowNanos) {
    given.values().removeIf(one -> one.node().equals(node));
    Failures before = failures.get(node);
    if (before == null || before.isOver(nowNanos)) {
      int count = before == null ? 0 : Math.min(before.count() + 1, MOST_DOUBLINGS);
      failures.put(node, new Failures(count, nowNanos, pause.toNanos() << count));
    }
  }

  /// For as long as the longest pause: what was before is forgotten.
  private boolean isKept(Given one, long nowNanos) {
    boolean kept = nowNanos - one.sinceNanos() >= pause.toNanos() << MOST_DOUBLINGS;
    if (kept) {
      failures.remove(one.node());
    }
    return kept;
  }
}
