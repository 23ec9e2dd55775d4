package io.tidemark.foundation;

import java.util.Arrays;

/// Which epoch wrote which records: the borders between epochs along one log.
///
/// Two logs that agree on the epoch of an LSN agree on everything up to it (log matching, Raft
/// section 5.3), so this small table is all a replica needs to find where it diverges from another.
///
/// Invariant: epochs rise strictly and so do their first LSNs. Not safe for use by several threads.
public final class EpochHistory {
  private long[] epochs = new long[4];
  private long[] firstLsns = new long[4];
  private int size;

  /// Notes that the record `lsn` was written in `epoch`; `lsn` follows all noted before.
  public void append(long epoch, long lsn) {
    if (size > 0 && epochs[size - 1] == epoch) {
      return;
    }
    Check.that(
        size == 0 || (epoch > epochs[size - 1] && lsn > firstLsns[size - 1]),
        "epoch %d does not follow in the history at LSN %d",
        epoch,
        lsn);
    if (size == epochs.length) {
      epochs = Arrays.copyOf(epochs, size * 2);
      firstLsns = Arrays.copyOf(firstLsns, size * 2);
    }
    epochs[size] = epoch;
    firstLsns[size] = lsn;
    size++;
  }

  /// The epoch of record `lsn`, given that the log reaches at least that far; 0 before the first.
  public long epochAt(long lsn) {
    for (int i = size - 1; i >= 0; i--) {
      if (firstLsns[i] <= lsn) {
        return epochs[i];
      }
    }
    return 0;
  }

  /// The last LSN of the run of records that `lsn` belongs to, in a log that ends at `lastLsn`.
  public long runEnd(long lsn, long lastLsn) {
    for (int i = 0; i < size; i++) {
      if (firstLsns[i] > lsn) {
        return Math.min(firstLsns[i] - 1, lastLsn);
      }
    }
    return lastLsn;
  }

  /// The last LSN whose epoch is at most `epoch`, in a log that ends at `lastLsn`; 0 if none.
  public long lastLsnUpTo(long epoch, long lastLsn) {
    for (int i = 0; i < size; i++) {
      if (epochs[i] > epoch) {
        return Math.min(firstLsns[i] - 1, lastLsn);
      }
    }
    return lastLsn;
  }

  /// Forgets everything after `lsn`.
  public void truncateAfter(long lsn) {
    while (size > 0 && firstLsns[size - 1] > lsn) {
      size--;
    }
  }

  /// Forgets everything but that the record `lsn`, behind which the log begins, was written in
  /// `epoch`.
  public void beginWith(long epoch, long lsn) {
    size = 0;
    append(epoch, lsn);
  }

  /// Forgets what only tells about records below `lsn - 1`.
  public void trimBelow(long lsn) {
    int gone = 0;
    while (gone + 1 < size && firstLsns[gone + 1] < lsn) {
      gone++;
    }
    size -= gone;
    System.arraycopy(epochs, gone, epochs, 0, size);
    System.arraycopy(firstLsns, gone, firstLsns, 0, size);
  }

  /// An independent copy.
  public EpochHistory copy() {
    EpochHistory copy = new EpochHistory();
    copy.epochs = epochs.clone();
    copy.firstLsns = firstLsns.clone();
    copy.size = size;
    return copy;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("[");
    for (int i = 0; i < size; i++) {
      text.append(i == 0 ? "" : " ").append(epochs[i]).append("@").append(firstLsns[i]);
    }
    return text.append("]").toString();
  }
}
