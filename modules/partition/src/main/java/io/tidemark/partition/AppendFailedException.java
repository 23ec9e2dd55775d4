package io.tidemark.partition;

/// Not all records of a stream were appended.
public final class AppendFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long acknowledgedLsn;

  AppendFailedException(long acknowledgedLsn, String detail) {
    super("acknowledged up to LSN " + acknowledgedLsn + ", then: " + detail);
    this.acknowledgedLsn = acknowledgedLsn;
  }

  /// The stream's records up to this LSN are safe; 0 if none is.
  public long acknowledgedLsn() {
    return acknowledgedLsn;
  }
}
