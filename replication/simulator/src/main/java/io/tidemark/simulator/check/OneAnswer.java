package io.tidemark.simulator.check;

import io.tidemark.foundation.ReplicaId;
import java.util.HashMap;
import java.util.Map;

/// A producer is told once: acknowledged, refused or unknown. Whose node died is told nothing,
/// which is unknown too.
public final class OneAnswer implements Invariant {
  private enum Answer {
    NONE,
    ACKNOWLEDGED,
    REFUSED,
    UNKNOWN
  }

  private final Map<Long, Answer> answers = new HashMap<>();

  @Override
  public int number() {
    return 4;
  }

  @Override
  public void asked(long operation) {
    answers.put(operation, Answer.NONE);
  }

  @Override
  public void acknowledged(ReplicaId node, long lsn, long operation) {
    answer(operation, Answer.ACKNOWLEDGED);
  }

  @Override
  public void refused(long operation) {
    answer(operation, Answer.REFUSED);
  }

  @Override
  public void unknown(long operation) {
    answer(operation, Answer.UNKNOWN);
  }

  private void answer(long operation, Answer answer) {
    Answer before = answers.put(operation, answer);
    holds(
        before == Answer.NONE,
        "operation %d was answered %s and then %s",
        operation,
        before,
        answer);
  }
}
