package io.tidemark.log.writer;

/// A record was given an LSN and was not appended all the same; the LSN is another record's now, or
/// will be.
public final class NotAppendedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Refusal reason;

  NotAppendedException(Refusal reason, String detail) {
    super(reason + ": " + detail);
    this.reason = reason;
  }

  public Refusal reason() {
    return reason;
  }
}
