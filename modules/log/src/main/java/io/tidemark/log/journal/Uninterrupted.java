package io.tidemark.log.journal;

import java.util.function.Supplier;

/// An interrupt closes the file that a thread is at; whoever happens to work for others must not do
/// that to them.
final class Uninterrupted {
  private Uninterrupted() {}

  /// What `step` gives; an interrupt from before it is there again afterwards.
  static <T> T get(Supplier<T> step) {
    boolean interrupted = Thread.interrupted();
    try {
      return step.get();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  static void run(Runnable step) {
    get(
        () -> {
          step.run();
          return true;
        });
  }
}
