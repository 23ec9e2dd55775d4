package io.tidemark.partition;

import io.tidemark.log.writer.Refusal;

/// The three ends of an append.
public sealed interface AppendOutcome {
  /// The record is number `lsn`, written in `epoch`, and `level` holds for it. Of one that was
  /// appended before, `epoch` is that of the leader that found it.
  record Acknowledged(long lsn, long epoch, AckLevel level) implements AppendOutcome {}

  /// The record was surely not appended; trying again is safe.
  record Refused(Refusal reason, String detail) implements AppendOutcome {}

  /// Nobody here knows whether the record will be there; trying again may write it twice, unless it
  /// has a stamp.
  record Unknown(String detail) implements AppendOutcome {}
}
