package io.tidemark.testkit.cluster;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// Bounded waits for conditions.
public final class Await {
  private static final long LOOK_AGAIN_NANOS = 20_000_000;

  /// Longer takes no look; if one does, this process was stopped or got no processor, and so, most
  /// likely, were those it waits for.
  private static final long LONGEST_LOOK_NANOS = 6_000_000_000L;

  private Await() {}

  /// Something that may fail to be found out, which counts as not yet.
  @FunctionalInterface
  public interface Condition {
    boolean holds() throws IOException;
  }

  /// Waits until `condition` holds; throws [IllegalStateException] that says `what` after `most`.
  public static void until(String what, Duration most, Condition condition) {
    if (!holds(most, condition)) {
      throw new IllegalStateException("waited " + most.toSeconds() + " s in vain for " + what);
    }
  }

  /// Waits until `condition` holds, or `most` is over; says which.
  public static boolean holds(Duration most, Condition condition) {
    long left = most.toNanos();
    long before = System.nanoTime();
    while (!isTrue(condition)) {
      if (left < 0 || Thread.currentThread().isInterrupted()) {
        return false;
      }
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
      long now = System.nanoTime();
      left -= Math.min(now - before, LONGEST_LOOK_NANOS);
      before = now;
    }
    return true;
  }

  private static boolean isTrue(Condition condition) {
    try {
      return condition.holds();
    } catch (IOException e) {
      return false;
    }
  }
}
