package io.tidemark.simulator;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.simulator.check.Checkers;
import java.util.HashSet;
import java.util.Set;

/// Who append and read, and what they were told.
final class Producers {
  private static final int MOST_WAITING = 40;

  private final Checkers checkers;
  private final Tally tally;
  private final Set<Long> acknowledged = new HashSet<>();
  private long lastOperation;
  private long lastRead;

  Producers(Checkers checkers, Tally tally) {
    this.checkers = checkers;
    this.tally = tally;
  }

  /// Whether so many wait for an answer of `replica` that a producer would be told to wait.
  ///
  /// Without such a bound a slow disk has a backlog at the end of the storm that no calm works off.
  boolean isAdmitted(SimulatedReplica replica) {
    return replica.waiting() < MOST_WAITING;
  }

  /// Asks `replica` to append a record like no other.
  long append(SimulatedReplica replica) {
    long operation = ++lastOperation;
    checkers.tell(checker -> checker.asked(operation));
    replica.append(operation);
    return operation;
  }

  void read(SimulatedReplica replica) {
    replica.read(++lastRead);
  }

  boolean isAcknowledged(long operation) {
    return acknowledged.contains(operation);
  }

  void acknowledged(ReplicaId by, long operation, long lsn) {
    acknowledged.add(operation);
    tally.count(Happening.ACKNOWLEDGED);
    checkers.tell(checker -> checker.acknowledged(by, lsn, operation));
  }

  void refused(long operation) {
    tally.count(Happening.REFUSED);
    checkers.tell(checker -> checker.refused(operation));
  }

  void unknown(long operation) {
    tally.count(Happening.UNKNOWN);
    checkers.tell(checker -> checker.unknown(operation));
  }
}
