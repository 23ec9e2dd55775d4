package io.tidemark.log;

import java.nio.LongBuffer;
import java.util.Arrays;

/// Where some of a segment's batches begin, by LSN and by time: from there a reader walks to the
/// one it wants.
///
/// One thread changes it, any number read: entries below the published size never change.
final class SegmentIndex {
  private static final class Entries {
    final long[] lsns;
    final long[] times;
    final long[] positions;
    volatile int size;

    Entries(long[] lsns, long[] times, long[] positions, int size) {
      this.lsns = lsns;
      this.times = times;
      this.positions = positions;
      this.size = size;
    }

    /// Of a footer: LSN, time and position of each.
    static Entries of(LongBuffer stored) {
      int size = stored.capacity() / 3;
      Entries entries = new Entries(new long[size], new long[size], new long[size], size);
      for (int i = 0; i < size; i++) {
        entries.lsns[i] = stored.get(3 * i);
        entries.times[i] = stored.get(3 * i + 1);
        entries.positions[i] = stored.get(3 * i + 2);
      }
      return entries;
    }

    Entries resized(int capacity, int newSize) {
      return new Entries(
          Arrays.copyOf(lsns, capacity),
          Arrays.copyOf(times, capacity),
          Arrays.copyOf(positions, capacity),
          newSize);
    }
  }

  private static final int FIRST_CAPACITY = 16;

  private final long strideBytes;

  /// What a footer says, until somebody needs it: opening a log of many segments does not.
  private final LongBuffer stored;

  private volatile Entries entries;

  /// @param strideBytes how far apart the noted positions are at least
  SegmentIndex(long strideBytes) {
    this(strideBytes, LongBuffer.allocate(0));
  }

  private SegmentIndex(long strideBytes, LongBuffer stored) {
    this.strideBytes = strideBytes;
    this.stored = stored;
  }

  /// The index that was stored as LSN, time and position of each entry.
  static SegmentIndex stored(LongBuffer entries) {
    return new SegmentIndex(0, entries);
  }

  /// Two threads may both make the same of it.
  private Entries entries() {
    Entries now = entries;
    if (now == null) {
      now = Entries.of(stored);
      entries = now;
    }
    return now;
  }

  /// Notes the batch that begins with `lsn` at `position`, if the last note is far enough.
  void add(long lsn, long timeMicros, long position) {
    Entries now = entries();
    int size = now.size;
    if (size > 0 && position - now.positions[size - 1] < strideBytes) {
      return;
    }
    if (size == now.lsns.length) {
      now = now.resized(Math.max(FIRST_CAPACITY, size * 2), size);
      entries = now;
    }
    now.lsns[size] = lsn;
    now.times[size] = timeMicros;
    now.positions[size] = position;
    now.size = size + 1;
  }

  /// Forgets the batches that begin after `lsn`.
  void truncateAfter(long lsn) {
    Entries now = entries();
    entries = now.resized(now.lsns.length, countUpTo(now.lsns, now.size, lsn));
  }

  /// The position of the last noted batch that does not begin after `lsn`, or `first`.
  long positionOfLsn(long lsn, long first) {
    Entries now = entries();
    int count = countUpTo(now.lsns, now.size, lsn);
    return count == 0 ? first : now.positions[count - 1];
  }

  /// The position of the last noted batch that is older than `timeMicros`, or `first`.
  long positionOfTime(long timeMicros, long first) {
    Entries now = entries();
    int count = countUpTo(now.times, now.size, timeMicros - 1);
    return count == 0 ? first : now.positions[count - 1];
  }

  private static int countUpTo(long[] values, int size, long value) {
    int found = Arrays.binarySearch(values, 0, size, value);
    return found >= 0 ? found + 1 : -found - 1;
  }

  int size() {
    return entries().size;
  }

  long lsn(int i) {
    return entries().lsns[i];
  }

  long timeMicros(int i) {
    return entries().times[i];
  }

  long position(int i) {
    return entries().positions[i];
  }
}
