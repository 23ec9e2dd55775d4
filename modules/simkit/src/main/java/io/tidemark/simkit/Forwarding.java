package io.tidemark.simkit;

import java.util.function.Supplier;

/// What stands between a program and something of a disk.
abstract class Forwarding {
  /// Every question goes through here, for those who have to do something around each.
  protected <T> T ask(Supplier<T> question) {
    return question.get();
  }

  final void order(Runnable step) {
    ask(
        () -> {
          step.run();
          return true;
        });
  }
}
