package io.tidemark.partition;

import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;

/// How far a writer runs ahead of what is committed: so many rounds, each of all that waited when
/// it began. What comes meanwhile waits in the ring and shares the next round.
///
/// Without this a writer whose own sync is faster than the road to a quorum and back makes a batch
/// of every record that comes: on a node of a thousand partitions, where that road is long, the
/// batches were of one record each, whatever was outstanding, and made it longer.
///
/// Only where everybody waits for a quorum: who waits for less must not wait for it.
final class Pace {
  private final int mostRounds;

  /// The last LSN of each round that is not committed. The writer's thread only.
  private final ArrayDeque<Long> rounds = new ArrayDeque<>();

  private volatile boolean impatient;
  private volatile boolean holding;
  private volatile long committedLsn;
  private volatile Runnable resume = () -> {};

  Pace(int mostRounds) {
    this.mostRounds = mostRounds;
  }

  /// How the writer is told to go on; called by who commits.
  void resume(Runnable wakes) {
    resume = wakes;
  }

  /// Somebody waits for `level`.
  void expects(AckLevel level) {
    if (level != AckLevel.QUORUM && level != AckLevel.ALL) {
      hurry();
    }
  }

  /// Somebody waits for less than a quorum.
  void hurry() {
    if (!impatient) {
      impatient = true;
      VarHandle.fullFence();
      goOn();
    }
  }

  /// A leadership begins, or ends: nothing is held back for the one before, and nobody of it waits.
  /// The writer's thread.
  void restart() {
    rounds.clear();
    impatient = false;
    goOn();
  }

  /// A round ended with record `lastLsn`. The writer's thread.
  void wrote(long lastLsn) {
    if (rounds.isEmpty() || rounds.getLast() < lastLsn) {
      rounds.addLast(lastLsn);
    }
  }

  /// Whether the writer is to wait for a commit; then it is told to go on. The writer's thread.
  boolean holds() {
    if (!isAhead()) {
      return false;
    }
    holding = true;
    VarHandle.fullFence();
    if (isAhead()) {
      return true;
    }
    holding = false;
    return false;
  }

  private boolean isAhead() {
    while (!rounds.isEmpty() && rounds.getFirst() <= committedLsn) {
      rounds.removeFirst();
    }
    return !impatient && rounds.size() >= mostRounds;
  }

  /// Everything up to `lsn` is committed.
  void committed(long lsn) {
    committedLsn = lsn;
    VarHandle.fullFence();
    goOn();
  }

  private void goOn() {
    if (holding) {
      holding = false;
      resume.run();
    }
  }
}
