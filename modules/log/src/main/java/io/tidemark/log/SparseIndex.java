package io.tidemark.log;

import java.util.Arrays;

/// Where some of a segment's batches begin: from there a reader walks to the one it wants.
///
/// Bounded: when it is full every second entry is forgotten and the stride doubles. One thread
/// changes it, any number read: entries below the published size never change.
final class SparseIndex {
  private static final class Entries {
    final long[] lsns;
    final long[] positions;
    volatile int size;

    Entries(long[] lsns, long[] positions, int size) {
      this.lsns = lsns;
      this.positions = positions;
      this.size = size;
    }
  }

  private static final int FIRST_CAPACITY = 16;

  private final int maxEntries;
  private long strideBytes;
  private volatile Entries entries = new Entries(new long[0], new long[0], 0);

  SparseIndex(int strideBytes, int maxEntries) {
    this.strideBytes = strideBytes;
    this.maxEntries = maxEntries;
  }

  /// Notes that the batch that begins with `lsn` is at `position`, if the last note is far enough.
  void add(long lsn, long position) {
    int size = entries.size;
    if (size > 0 && position - entries.positions[size - 1] < strideBytes) {
      return;
    }
    if (size == maxEntries) {
      thin();
    } else if (size == entries.lsns.length) {
      resize(Math.min(maxEntries, Math.max(FIRST_CAPACITY, size * 2)), size);
    }
    Entries now = entries;
    int last = now.size;
    now.lsns[last] = lsn;
    now.positions[last] = position;
    now.size = last + 1;
  }

  private void thin() {
    Entries old = entries;
    int half = (old.size + 1) / 2;
    long[] lsns = new long[old.lsns.length];
    long[] positions = new long[old.positions.length];
    for (int i = 0; i < half; i++) {
      lsns[i] = old.lsns[2 * i];
      positions[i] = old.positions[2 * i];
    }
    strideBytes *= 2;
    entries = new Entries(lsns, positions, half);
  }

  private void resize(int capacity, int size) {
    Entries old = entries;
    entries =
        new Entries(
            Arrays.copyOf(old.lsns, capacity), Arrays.copyOf(old.positions, capacity), size);
  }

  /// Forgets the batches that begin after `lsn`.
  void truncateAfter(long lsn) {
    resize(entries.lsns.length, countUpTo(entries, lsn));
  }

  /// The position of the last noted batch that does not begin after `lsn`, or `first`.
  long positionBefore(long lsn, long first) {
    Entries now = entries;
    int count = countUpTo(now, lsn);
    return count == 0 ? first : now.positions[count - 1];
  }

  private static int countUpTo(Entries entries, long lsn) {
    int found = Arrays.binarySearch(entries.lsns, 0, entries.size, lsn);
    return found >= 0 ? found + 1 : -found - 1;
  }

  int size() {
    return entries.size;
  }
}
