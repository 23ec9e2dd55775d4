package io.tidemark.benchmarks.replicated.member;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// How many records were acknowledged, and how many were not; one thread may wait for the next.
final class Outcomes {
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private volatile String reason = "";
  private volatile Thread waiting;

  /// So many `more` are committed. On any thread.
  void acknowledged(long more) {
    acknowledged.addAndGet(more);
    wake();
  }

  /// One was refused, or nobody knows. On any thread.
  void failed(String why) {
    reason = why;
    failed.incrementAndGet();
    wake();
  }

  private void wake() {
    Thread thread = waiting;
    if (thread != null) {
      LockSupport.unpark(thread);
    }
  }

  long acknowledged() {
    return acknowledged.get();
  }

  long failed() {
    return failed.get();
  }

  /// Of both kinds.
  long ended() {
    return acknowledged.get() + failed.get();
  }

  /// Why the last one failed.
  String reason() {
    return reason;
  }

  /// Returns when more than `seen` have ended, or after `nanos`.
  void await(long seen, long nanos) {
    waiting = Thread.currentThread();
    try {
      long deadline = System.nanoTime() + nanos;
      for (long left = nanos; ended() <= seen && left > 0; left = deadline - System.nanoTime()) {
        LockSupport.parkNanos(this, left);
      }
    } finally {
      waiting = null;
    }
  }
}
