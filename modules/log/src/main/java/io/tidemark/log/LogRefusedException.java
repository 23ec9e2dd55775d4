package io.tidemark.log;

/// The files are sound for all one can tell, but not for this release or not of this log.
public final class LogRefusedException extends RuntimeException {
  private final RecoveryCase kind;
  private final String file;

  LogRefusedException(RecoveryCase kind, String file, String found) {
    super(kind + " in " + file + ": found " + found);
    this.kind = kind;
    this.file = file;
  }

  /// [RecoveryCase#FOREIGN] or [RecoveryCase#UNKNOWN_VERSION].
  public RecoveryCase kind() {
    return kind;
  }

  /// The name of the file.
  public String file() {
    return file;
  }
}
