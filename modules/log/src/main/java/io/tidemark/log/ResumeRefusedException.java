package io.tidemark.log;

/// A reader cannot go on where its token says: that is not in this log.
public final class ResumeRefusedException extends RuntimeException {
  ResumeRefusedException(ResumeToken token, String why) {
    super("cannot resume at " + token + ": " + why);
  }

  ResumeRefusedException(long lsn, String why) {
    super("cannot resume behind LSN " + lsn + ": " + why);
  }
}
