package io.tidemark.log;

/// Records that a reader was shown are not in the log any more: they were truncated, and others may
/// have their LSNs. It cannot happen to a reader of committed records.
public final class ReplacedException extends RuntimeException {
  private final long lsn;

  ReplacedException(long lsn) {
    super("the record " + lsn + " that was read is not in the log any more");
    this.lsn = lsn;
  }

  /// The last LSN that was read.
  public long lsn() {
    return lsn;
  }
}
