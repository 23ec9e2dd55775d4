package io.tidemark.log.producers;

import java.util.Arrays;

/// The LSNs of the newest records of one producer, whose sequences follow each other.
///
/// ```
///   sequence   last - count + 1   ...   last - 1   last
///   lsns       [0]                ...              [count - 1]
/// ```
final class Recent {
  private static final int FEW = 4;

  private long[] lsns = new long[FEW];
  private int count;
  private long last;

  Recent(long sequence, long lsn) {
    lsns[0] = lsn;
    count = 1;
    last = sequence;
  }

  long last() {
    return last;
  }

  int count() {
    return count;
  }

  /// The `i`th LSN, oldest first.
  long lsn(int i) {
    return lsns[i];
  }

  /// The record after the last is number `lsn`; of more than `most` the oldest is forgotten.
  void next(long lsn, int most) {
    if (count == most) {
      System.arraycopy(lsns, 1, lsns, 0, count - 1);
      count--;
    } else if (count == lsns.length) {
      lsns = Arrays.copyOf(lsns, Math.min(most, 2 * count));
    }
    lsns[count++] = lsn;
    last++;
  }

  Verdict look(long sequence) {
    if (sequence > last) {
      return sequence == last + 1 ? new Verdict.Fresh() : new Verdict.Gap(last + 1);
    }
    long back = last - sequence;
    // Below zero if the two are further apart than a long can say.
    return back >= 0 && back < count
        ? new Verdict.Repeat(lsns[count - 1 - (int) back])
        : new Verdict.TooOld();
  }
}
