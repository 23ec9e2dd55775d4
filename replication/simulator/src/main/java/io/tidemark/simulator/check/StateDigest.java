package io.tidemark.simulator.check;

import io.tidemark.log.Batch;

/// A state that depends on every byte and every LSN of the records that were folded into it; 0
/// before the first.
public final class StateDigest {
  private StateDigest() {}

  /// The state after `batch` in one that was `before`.
  public static long after(long before, Batch batch) {
    long[] state = {before};
    batch.forEach(
        record -> {
          state[0] = (state[0] * 31 + record.lsn()) * 31 + record.type();
          state[0] = state[0] * 1_000_003 + record.payload().hashCode();
        });
    return state[0];
  }
}
