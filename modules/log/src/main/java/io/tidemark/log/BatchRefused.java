package io.tidemark.log;

/// Bytes that were to be a batch are not one; the message names what was expected and found.
public final class BatchRefused extends RuntimeException {
  /// What was wrong, in the order of the checks.
  public enum Reason {
    /// Fewer bytes than a header, or than the header says, or more than the limit allows.
    LENGTH,
    /// Not the magic of a batch.
    MAGIC,
    /// The header's checksum does not match.
    HEADER_CHECKSUM,
    /// The header is as it was written, but says what no writer says.
    HEADER_FIELD,
    /// The body's checksum does not match.
    BODY_CHECKSUM,
    /// The padding is not zero.
    PADDING,
    /// A whole batch of a later version: it uses a codec or flags this one does not know.
    UNKNOWN_KIND,
    /// The records do not fill the body as counted.
    RECORDS
  }

  private final Reason reason;

  BatchRefused(Reason reason, String format, Object... values) {
    super(reason + ": " + String.format(format, values));
    this.reason = reason;
  }

  /// What was wrong.
  public Reason reason() {
    return reason;
  }
}
