package io.tidemark.log;

/// Bytes that were synced are not what was written. It is never read as the end of the log.
public final class LogDamagedException extends RuntimeException {
  private final RecoveryCase kind;
  private final String file;
  private final long position;
  private final long expectedLsn;
  private final String found;
  private final boolean beingMended;

  LogDamagedException(
      RecoveryCase kind, String file, long position, long expectedLsn, String found) {
    this(kind, file, position, expectedLsn, found, false);
  }

  private LogDamagedException(
      RecoveryCase kind,
      String file,
      long position,
      long expectedLsn,
      String found,
      boolean beingMended) {
    super(
        kind
            + " in "
            + file
            + " at "
            + position
            + ": expected LSN "
            + expectedLsn
            + ", found "
            + found);
    this.kind = kind;
    this.file = file;
    this.position = position;
    this.expectedLsn = expectedLsn;
    this.found = found;
    this.beingMended = beingMended;
  }

  /// The same, of a log that somebody mends.
  LogDamagedException whileMended() {
    LogDamagedException same =
        new LogDamagedException(kind, file, position, expectedLsn, found, true);
    same.setStackTrace(getStackTrace());
    return same;
  }

  /// Whether it is going to be mended while the log is open: the same may be read later.
  public boolean isBeingMended() {
    return beingMended;
  }

  /// Which damage.
  public RecoveryCase kind() {
    return kind;
  }

  /// The name of the damaged file.
  public String file() {
    return file;
  }

  /// The position of the first byte that is not trusted.
  public long position() {
    return position;
  }

  /// The LSN that should be there; 0 where a header should be.
  public long expectedLsn() {
    return expectedLsn;
  }

  /// What is there instead.
  public String found() {
    return found;
  }
}
