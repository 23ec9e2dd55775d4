package io.tidemark.partition;

/// The three ends of an append.
public sealed interface AppendOutcome {
  /// The record is number `lsn`, written in `epoch`, and `level` holds for it.
  record Acknowledged(long lsn, long epoch, AckLevel level) implements AppendOutcome {}

  /// The record was surely not appended; trying again is safe.
  record Refused(Reason reason, String detail) implements AppendOutcome {}

  /// Nobody here knows whether the record will be there; trying again may write it twice.
  record Unknown(String detail) implements AppendOutcome {}

  /// Why an append was refused.
  enum Reason {
    /// This replica does not lead.
    NOT_LEADER,
    /// Too much is waiting already.
    BUSY,
    /// The record is larger than a batch may be.
    TOO_LARGE,
    /// No room on the disk.
    FULL,
    /// The log failed; this replica writes no more until it is opened again.
    FENCED
  }
}
