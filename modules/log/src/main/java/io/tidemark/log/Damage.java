package io.tidemark.log;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// What readers of one open log found damaged: who is told, and the segments that were replaced.
///
/// Those stay open as long as the log: a reader may be in one of their sound batches.
public final class Damage {
  private final List<Segment> replaced = new ArrayList<>();
  private volatile Predicate<LogDamagedException> mender = _ -> false;

  Damage() {}

  /// From now on `newMender` is told, on the reader's thread and at once, of damage that any reader
  /// finds, and answers whether it will be mended: [LogDamagedException#isBeingMended].
  public void mendedBy(Predicate<LogDamagedException> newMender) {
    mender = newMender;
  }

  /// Passes on what a reader found. Any thread.
  LogDamagedException told(LogDamagedException found) {
    return mender.test(found) ? found.whileMended() : found;
  }

  /// The writing thread's.
  void replaced(Segment old) {
    replaced.add(old);
  }

  void close() {
    replaced.forEach(Segment::close);
  }
}
