package io.tidemark.log.journal;

/// A journal holds synced writes to a file that is gone: a log lost something that was promised.
public final class JournalDamagedException extends RuntimeException {
  private final String file;

  JournalDamagedException(String directory, String file) {
    super(
        "the journal holds writes to %s, which is not there: expected in %s, found nothing"
            .formatted(file, directory));
    this.file = file;
  }

  /// Its path, from the directory on in which the journal lies.
  public String file() {
    return file;
  }
}
