package io.tidemark.log;

import io.tidemark.foundation.Check;
import io.tidemark.foundation.CheckFailure;
import java.util.List;

/// The end of a log: all that the next batch must continue.
///
/// @param lastLsn of the last record; 0 in an empty log
/// @param checksum of the last batch; 0 before the first
/// @param epoch of the last batch; 0 before the first
/// @param timeMicros of the last batch; 0 before the first
public record Tail(long lastLsn, int checksum, long epoch, long timeMicros) {
  /// Of a log without records.
  public static final Tail EMPTY = new Tail(0, 0, 0, 0);

  /// The LSN that comes next.
  public long nextLsn() {
    return lastLsn + 1;
  }

  /// Why `batch` does not come next; empty if it does. Asked before writing and after reading.
  public String refusal(Batch batch) {
    return refusal(batch.baseLsn(), batch.previousChecksum(), batch.epoch(), batch.timeMicros());
  }

  /// The same of what its header says.
  String refusal(long baseLsn, int previousChecksum, long batchEpoch, long batchTimeMicros) {
    if (baseLsn != nextLsn()) {
      return "a batch from LSN " + baseLsn;
    }
    if (previousChecksum != checksum) {
      return String.format(
          "a batch that follows checksum %08x, not %08x", previousChecksum, checksum);
    }
    if (batchEpoch < epoch) {
      return "a batch of epoch " + batchEpoch + " after epoch " + epoch;
    }
    if (batchTimeMicros < timeMicros) {
      return "a batch of time " + batchTimeMicros + " after time " + timeMicros;
    }
    return "";
  }

  /// Throws [CheckFailure] unless `batches` come next, one after the other, and none is larger.
  void checkContinued(List<Batch> batches, int maxBatchBytes) {
    Tail end = this;
    for (Batch batch : batches) {
      String refusal = end.refusal(batch);
      if (!refusal.isEmpty()) {
        throw new CheckFailure("LSN " + end.nextLsn() + " comes next, but was given " + refusal);
      }
      Check.that(
          batch.sizeBytes() <= maxBatchBytes,
          "a batch of %d bytes is over the limit of %d",
          batch.sizeBytes(),
          maxBatchBytes);
      end = end.after(batch);
    }
  }

  /// With `batch` behind it.
  public Tail after(Batch batch) {
    return new Tail(batch.lastLsn(), batch.checksum(), batch.epoch(), batch.timeMicros());
  }
}
