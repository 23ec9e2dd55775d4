package io.tidemark.log.writer;

import io.tidemark.log.ring.AppendRing;
import java.time.Duration;

/// How long a writer waits for a second record before it writes the first.
final class Linger {
  private static final long NANOS_BEFORE_YIELD = 10_000;

  private final long nanos;

  Linger(Duration most) {
    this.nanos = most.toNanos();
  }

  void await(AppendRing ring) {
    long startNanos = System.nanoTime();
    long waited = 0;
    while (waited < nanos && ring.claimedLsn() < ring.endLsn() + 2) {
      if (waited < NANOS_BEFORE_YIELD) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
      waited = System.nanoTime() - startNanos;
    }
  }
}
