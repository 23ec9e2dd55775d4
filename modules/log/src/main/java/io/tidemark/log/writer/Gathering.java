package io.tidemark.log.writer;

import io.tidemark.log.ring.AppendRing;
import java.time.Duration;

/// How long a writer waits for more records before it writes those it has.
///
/// The callers that a sync has answered come back at once, one after the other. Were the first of
/// them written alone, the rest would wait for that sync, and from then on two groups of callers
/// would take turns, with half a batch each. So the writer gives as many as it answered the time to
/// come back, at most half of what a sync takes. Where they do not come, because nobody waits for
/// answers or the answers take longer, it waits the more seldom the more often it waited in vain.
final class Gathering {
  private static final long MOST_NANOS = 100_000;
  private static final long NANOS_BEFORE_YIELD = 10_000;
  private static final int MOST_FAILURES = 6;

  private final long lingerNanos;
  private int failures;
  private int roundsToSkip;

  Gathering(Duration linger) {
    this.lingerNanos = linger.toNanos();
  }

  /// Waits for a second record for as long as the configuration says.
  void linger(AppendRing ring) {
    if (lingerNanos > 0) {
      await(ring, ring.endLsn() + 2, lingerNanos);
    }
  }

  /// Waits until as many as were just answered, after a sync of that length, have come back.
  void awaitReturn(AppendRing ring, long answered, long syncNanos) {
    if (roundsToSkip > 0) {
      roundsToSkip--;
    } else if (await(ring, ring.claimedLsn() + answered, Math.min(MOST_NANOS, syncNanos / 2))) {
      failures = 0;
    } else {
      failures = Math.min(failures + 1, MOST_FAILURES);
      roundsToSkip = (1 << failures) - 1;
    }
  }

  /// Whether `lsn` was the next to be claimed in time.
  private static boolean await(AppendRing ring, long lsn, long nanos) {
    long startNanos = System.nanoTime();
    while (ring.claimedLsn() < lsn) {
      long waited = System.nanoTime() - startNanos;
      if (waited >= nanos) {
        return false;
      }
      if (waited < NANOS_BEFORE_YIELD) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
    }
    return true;
  }
}
