package io.tidemark.benchmarks.replicated;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// Waits for what is seen by asking again and again.
final class Wait {
  private static final Duration PATIENCE = Duration.ofSeconds(180);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

  /// A question to other processes.
  @FunctionalInterface
  interface Question {
    boolean ask() throws InterruptedException;
  }

  private Wait() {}

  /// Returns when the answer is yes; throws [IllegalStateException] if it does not become so.
  static void until(String what, Question question) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!question.ask()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("not within %s: %s".formatted(PATIENCE, what));
      }
      LockSupport.parkNanos(LOOK_AGAIN.toNanos());
    }
  }
}
