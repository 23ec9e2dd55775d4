package io.tidemark.simulator;

import java.util.ArrayDeque;
import java.util.function.Consumer;

/// What a process that stands still would have done meanwhile.
final class Backlog {
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private boolean paused;

  /// Whether the process stands still.
  boolean isPaused() {
    return paused;
  }

  void pause() {
    paused = true;
  }

  void add(Runnable task) {
    tasks.addLast(task);
  }

  /// It goes on: what should have happened meanwhile happens now, in a burst. A task may pause it
  /// again, or [#clear] this; then the rest waits, or is gone.
  void resume(Consumer<Runnable> run) {
    if (paused) {
      paused = false;
      while (!paused && !tasks.isEmpty()) {
        run.accept(tasks.removeFirst());
      }
    }
  }

  /// The process is gone.
  void clear() {
    paused = false;
    tasks.clear();
  }
}
