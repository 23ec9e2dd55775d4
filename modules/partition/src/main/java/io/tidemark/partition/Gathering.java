package io.tidemark.partition;

import io.tidemark.log.ring.AppendRing;
import java.time.Duration;

/// How long a writer waits for more records before it writes those it has.
///
/// The callers that a sync has answered come back at once, one after the other. Were the first of
/// them written alone, every second sync would be for a few records, and the rest would wait for
/// it. So the writer gives as many as it took last the time to come back: a moment, measured by
/// what a sync takes. Who comes back alone waits for nobody.
final class Gathering {
  private static final int SHARE_OF_SYNC = 8;
  private static final long MOST_NANOS = 100_000;

  private final long lingerNanos;
  private long expected;
  private long syncNanos;

  Gathering(Duration linger) {
    this.lingerNanos = linger.toNanos();
  }

  /// Waits until as many records are in `ring` as were taken last, or for long enough.
  void await(AppendRing ring) {
    long nanos = Math.max(lingerNanos, Math.min(MOST_NANOS, syncNanos / SHARE_OF_SYNC));
    if (ring.claimedLsn() - ring.endLsn() >= expected || (expected <= 1 && lingerNanos == 0)) {
      return;
    }
    long startNanos = System.nanoTime();
    while (ring.claimedLsn() - ring.endLsn() < Math.max(expected, 2)
        && System.nanoTime() - startNanos < nanos) {
      Thread.onSpinWait();
    }
  }

  /// So many were taken at once.
  void took(long records) {
    expected = records;
  }

  /// So long did a sync take.
  void synced(long nanos) {
    syncNanos = nanos;
  }
}
