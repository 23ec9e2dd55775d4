package io.tidemark.partition;

/// What was asked for has been trimmed: the log starts at [#firstLsn]. Take a snapshot instead.
public final class BelowFirstLsnException extends RuntimeException {
  private final long firstLsn;

  BelowFirstLsnException(long lsn, long firstLsn) {
    super("LSN " + lsn + " is below the first, " + firstLsn);
    this.firstLsn = firstLsn;
  }

  /// The oldest LSN still there.
  public long firstLsn() {
    return firstLsn;
  }
}
