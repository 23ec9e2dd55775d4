package io.tidemark.partition;

import java.util.ArrayDeque;
import java.util.List;

/// Who waits for a commit, in LSN order but for those who appended what is there already. Used by
/// the owner only.
public final class Acknowledgements {
  private final ArrayDeque<Waiter> forQuorum = new ArrayDeque<>();
  private final ArrayDeque<Waiter> forAll = new ArrayDeque<>();
  private long committedLsn;
  private long everywhereLsn;

  /// Adds the waiters of the next batch, or of records that are there already; who waits for what
  /// is long committed is answered at once.
  public void add(List<Waiter> waiters) {
    for (Waiter waiter : waiters) {
      boolean all = waiter.level() == AckLevel.ALL;
      if (waiter.lsn() <= (all ? everywhereLsn : committedLsn)) {
        waiter.acknowledge();
      } else {
        (all ? forAll : forQuorum).addLast(waiter);
      }
    }
  }

  /// The same if `leads`; else nobody here can say what becomes of them.
  public void add(List<Waiter> waiters, boolean leads) {
    if (leads) {
      add(waiters);
    } else {
      waiters.forEach(waiter -> waiter.unknown("leadership ended"));
    }
  }

  /// Answers who waited for a quorum at or below `lsn`.
  public void committed(long lsn) {
    committedLsn = Math.max(committedLsn, lsn);
    acknowledge(forQuorum, lsn);
  }

  /// Answers who waited for every replica at or below `lsn`.
  public void durableEverywhere(long lsn) {
    everywhereLsn = Math.max(everywhereLsn, lsn);
    acknowledge(forAll, lsn);
  }

  /// The leadership is over: nobody here can say any more what becomes of these.
  public void unknown(String detail) {
    everywhereLsn = 0;
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
