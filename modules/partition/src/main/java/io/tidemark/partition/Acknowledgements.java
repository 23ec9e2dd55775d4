package io.tidemark.partition;

import java.util.ArrayDeque;
import java.util.List;

/// Who waits for a commit, in LSN order. Used by the owner only.
public final class Acknowledgements {
  private final ArrayDeque<Waiter> forQuorum = new ArrayDeque<>();
  private final ArrayDeque<Waiter> forAll = new ArrayDeque<>();

  /// Adds the waiters of the next batch.
  public void add(List<Waiter> waiters) {
    for (Waiter waiter : waiters) {
      (waiter.level() == AckLevel.ALL ? forAll : forQuorum).addLast(waiter);
    }
  }

  /// Answers who waited for a quorum at or below `lsn`.
  public void committed(long lsn) {
    acknowledge(forQuorum, lsn);
  }

  /// Answers who waited for every replica at or below `lsn`.
  public void durableEverywhere(long lsn) {
    acknowledge(forAll, lsn);
  }

  /// The leadership is over: nobody here can say any more what becomes of these.
  public void unknown(String detail) {
    forQuorum.forEach(waiter -> waiter.unknown(detail));
    forAll.forEach(waiter -> waiter.unknown(detail));
    forQuorum.clear();
    forAll.clear();
  }

  private static void acknowledge(ArrayDeque<Waiter> waiters, long lsn) {
    while (!waiters.isEmpty() && waiters.getFirst().lsn() <= lsn) {
      waiters.removeFirst().acknowledge();
    }
  }
}
