package io.tidemark.partition;

import io.tidemark.foundation.Check;
import java.util.concurrent.atomic.AtomicLong;

/// Bounds what waits in front of a writer, in bytes. Safe for use by several threads.
public final class Admission {
  private final long limitBytes;
  private final AtomicLong admittedBytes = new AtomicLong();

  /// @param limitBytes how much may wait; too little starves the batches, too much is latency
  public Admission(long limitBytes) {
    Check.argument(limitBytes > 0, "limitBytes must be positive: %d", limitBytes);
    this.limitBytes = limitBytes;
  }

  /// Makes room for `bytes`, or says no. One record always fits when nothing waits.
  public boolean admit(long bytes) {
    long before = admittedBytes.getAndAdd(bytes);
    if (before > 0 && before + bytes > limitBytes) {
      admittedBytes.addAndGet(-bytes);
      return false;
    }
    return true;
  }

  /// Gives back the room of an append that has its outcome.
  public void release(long bytes) {
    admittedBytes.addAndGet(-bytes);
  }

  /// What waits now, in bytes.
  public long admittedBytes() {
    return admittedBytes.get();
  }
}
