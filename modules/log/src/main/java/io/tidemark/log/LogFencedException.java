package io.tidemark.log;

/// A write or a sync failed, now or earlier; the cause is that first failure.
///
/// Nothing more is written through this [Log]: after a failed sync the kernel may answer the next
/// one with success and still have lost the bytes. Close it and open the log anew.
public final class LogFencedException extends RuntimeException {
  LogFencedException(RuntimeException firstCause) {
    super("the log is fenced: " + firstCause.getMessage(), firstCause);
  }
}
