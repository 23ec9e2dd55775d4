package io.tidemark.log.writer;

import io.tidemark.log.ring.AppendRing;
import java.time.Duration;

/// How long a writer waits for more records before it writes those it has, or before it sleeps.
///
/// The callers that a sync has answered come back at once, one after the other. Were the first of
/// them written alone, every second sync would be for a few records, and the rest would wait for
/// it. So the writer gives as many as it took last the time to come back: a moment, measured by
/// what a sync takes. Nor does it sleep in that moment: to be woken takes longer.
final class Gathering {
  private static final int SHARE_OF_SYNC = 8;
  private static final long MOST_NANOS = 100_000;

  private final long lingerNanos;
  private long expected;
  private long syncNanos;

  Gathering(Duration linger) {
    this.lingerNanos = linger.toNanos();
  }

  /// Waits until as many records are in `ring` as were taken last, or for long enough. Who comes
  /// back alone waits for nobody.
  void await(AppendRing ring) {
    if (expected > 1 || lingerNanos > 0) {
      await(ring, Math.max(expected, 2), Math.max(lingerNanos, moment()));
    }
  }

  /// Waits for the first of those that come back, if any were taken.
  void awaitFirst(AppendRing ring) {
    if (expected > 0) {
      await(ring, 1, moment());
    }
  }

  private long moment() {
    return Math.min(MOST_NANOS, syncNanos / SHARE_OF_SYNC);
  }

  private static void await(AppendRing ring, long records, long nanos) {
    long startNanos = System.nanoTime();
    while (ring.claimedLsn() - ring.endLsn() < records && System.nanoTime() - startNanos < nanos) {
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
