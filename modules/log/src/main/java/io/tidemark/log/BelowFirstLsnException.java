package io.tidemark.log;

/// The wanted record was trimmed: begin with a snapshot instead.
public final class BelowFirstLsnException extends RuntimeException {
  private final long lsn;
  private final long firstLsn;

  public BelowFirstLsnException(long lsn, long firstLsn) {
    super("LSN " + lsn + " was trimmed, the log begins with " + firstLsn);
    this.lsn = lsn;
    this.firstLsn = firstLsn;
  }

  /// The LSN that was asked for.
  public long lsn() {
    return lsn;
  }

  /// The oldest there is.
  public long firstLsn() {
    return firstLsn;
  }
}
