package io.tidemark.log;

/// The end of a log: all that the next batch must continue.
///
/// @param lastLsn of the last record; 0 in an empty log
/// @param checksum of the last batch; 0 before the first
/// @param epoch of the last batch; 0 before the first
/// @param timeMicros of the last batch; 0 before the first
record Tail(long lastLsn, int checksum, long epoch, long timeMicros) {
  static final Tail EMPTY = new Tail(0, 0, 0, 0);

  long nextLsn() {
    return lastLsn + 1;
  }

  /// Why `batch` does not come next; empty if it does. Asked before writing and after reading.
  String refusal(Batch batch) {
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

  Tail after(Batch batch) {
    return new Tail(batch.lastLsn(), batch.checksum(), batch.epoch(), batch.timeMicros());
  }
}
