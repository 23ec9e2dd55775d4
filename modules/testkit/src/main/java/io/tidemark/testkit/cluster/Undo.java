package io.tidemark.testkit.cluster;

import java.util.ArrayDeque;
import java.util.Deque;

/// What is to be undone on this machine, the last first, when this is closed or the JVM ends.
///
/// Each step is added before what it undoes is done, so that nothing stays behind if that fails
/// half-way: a step finds out itself whether there is anything to undo. A JVM that is killed takes
/// no steps; for that the [Undertaker] has a command for each.
final class Undo implements AutoCloseable {
  private final Deque<Runnable> steps = new ArrayDeque<>();
  private final Undertaker undertaker = Undertaker.start();
  private final Thread atTheEnd = new Thread(this::run, "undo");

  private volatile boolean begun;

  Undo() {
    Runtime.getRuntime().addShutdownHook(atTheEnd);
  }

  synchronized void add(Runnable step) {
    steps.push(step);
  }

  /// A shell command, in one line, for the case that this JVM is killed.
  void afterKill(String format, Object... values) {
    undertaker.add(format.formatted(values));
  }

  /// A step that fails does not keep the others from being taken.
  private synchronized void run() {
    begun = true;
    while (!steps.isEmpty()) {
      try {
        steps.pop().run();
      } catch (RuntimeException e) {
        System.err.println("not undone: " + e);
      }
    }
    undertaker.dismiss();
  }

  /// Whether steps are taken, or were.
  boolean isBegun() {
    return begun;
  }

  @Override
  public void close() {
    run();
    try {
      Runtime.getRuntime().removeShutdownHook(atTheEnd);
    } catch (IllegalStateException _) {
      // The JVM is ending: the hook runs, and finds nothing left.
    }
  }
}
