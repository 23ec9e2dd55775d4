package io.tidemark.simulator;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.simulator.WriterReport.Waiter;
import java.util.ArrayDeque;
import java.util.List;

/// The producers that wait for records of one leader to be committed: the simulated counterpart of
/// `Acknowledgements`.
final class Waiting {
  private final World world;
  private final ReplicaId leader;
  private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();

  Waiting(World world, ReplicaId leader) {
    this.world = world;
    this.leader = leader;
  }

  int size() {
    return waiters.size();
  }

  boolean isEmpty() {
    return waiters.isEmpty();
  }

  /// Of records that were just appended; whoever does not lead any more cannot tell what becomes of
  /// them.
  void add(List<Waiter> fresh, boolean leads) {
    if (leads) {
      waiters.addAll(fresh);
    } else {
      fresh.forEach(this::unknown);
    }
  }

  /// All records up to `lsn` are held by a quorum.
  void acknowledge(long lsn) {
    while (!waiters.isEmpty() && waiters.getFirst().lsn() <= lsn) {
      Waiter waiter = waiters.removeFirst();
      world.producers().acknowledged(leader, waiter.operation(), waiter.lsn());
    }
  }

  /// The leadership ended.
  void end() {
    switch (world.meddler().ending(leader)) {
      case UNKNOWN -> waiters.forEach(this::unknown);
      case REFUSED -> waiters.forEach(waiter -> world.producers().refused(waiter.operation()));
      case LEFT_WAITING -> {
        return;
      }
    }
    waiters.clear();
  }

  private void unknown(Waiter waiter) {
    world.producers().unknown(waiter.operation());
  }
}
