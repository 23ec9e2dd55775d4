package io.tidemark.protocol;

import io.tidemark.foundation.ReplicaId;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/// When a leader and its followers may rest: nothing has been left to do for a while, and every
/// follower has said that it rests.
final class Quiet {
  private final int patienceTicks;
  private final Set<ReplicaId> resting = new TreeSet<>();
  private int ticks;

  /// @param patienceTicks without anything to do
  Quiet(int patienceTicks) {
    this.patienceTicks = patienceTicks;
  }

  /// Time has passed; `quiet` if nothing is left to do.
  void tick(boolean quiet) {
    if (quiet) {
      ticks++;
    } else {
      disturbed();
    }
  }

  /// There was something to do, even if that is over: what was said then wakes who rested.
  void disturbed() {
    ticks = 0;
    resting.clear();
  }

  /// Whether to bid followers rest.
  boolean isDue() {
    return ticks >= patienceTicks;
  }

  void rests(ReplicaId follower) {
    resting.add(follower);
  }

  void isAwake(ReplicaId follower) {
    resting.remove(follower);
  }

  /// Whether all of `followers` rest.
  boolean isComplete(Collection<ReplicaId> followers) {
    return isDue() && resting.containsAll(followers);
  }
}
