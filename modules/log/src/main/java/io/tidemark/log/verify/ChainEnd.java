package io.tidemark.log.verify;

/// What the next batch must continue.
///
/// @param lastLsn of the batch before; 0 before the first
/// @param checksum of it, 0 before the first
public record ChainEnd(long lastLsn, int checksum, long epoch, long timeMicros) {
  /// Before the first batch of a log.
  public static final ChainEnd NONE = new ChainEnd(0, 0, 0, 0);

  @Override
  public String toString() {
    return "LSN %d, checksum %08x, epoch %d, time %d"
        .formatted(lastLsn, checksum, epoch, timeMicros);
  }
}
