package io.tidemark.simulator;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.simulator.check.Checkers;
import io.tidemark.simulator.check.Violation;
import java.util.HashMap;
import java.util.Map;

/// Who append and read, and what they were told: acknowledged, refused or unknown, and once.
///
/// A producer whose node died is told nothing, which is unknown too.
final class Producers {
  private enum Answer {
    NONE,
    ACKNOWLEDGED,
    REFUSED,
    UNKNOWN
  }

  private static final int MOST_WAITING = 40;

  private final Checkers checkers;
  private final Tally tally;
  private final Map<Long, Answer> answers = new HashMap<>();
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
    answers.put(operation, Answer.NONE);
    replica.append(operation);
    return operation;
  }

  void read(SimulatedReplica replica) {
    replica.read(++lastRead);
  }

  boolean isAcknowledged(long operation) {
    return answers.get(operation) == Answer.ACKNOWLEDGED;
  }

  void acknowledged(ReplicaId by, long operation, long lsn) {
    answer(operation, Answer.ACKNOWLEDGED);
    tally.count(Happening.ACKNOWLEDGED);
    checkers.tell(checker -> checker.acknowledged(by, lsn, operation));
  }

  void refused(long operation) {
    answer(operation, Answer.REFUSED);
    tally.count(Happening.REFUSED);
    checkers.tell(checker -> checker.refused(operation));
  }

  void unknown(long operation) {
    answer(operation, Answer.UNKNOWN);
    tally.count(Happening.UNKNOWN);
  }

  private void answer(long operation, Answer answer) {
    Answer before = answers.put(operation, answer);
    Violation.unless(
        before == Answer.NONE,
        "OneAnswer",
        "operation %d was answered %s and then %s",
        operation,
        before,
        answer);
  }
}
