package io.tidemark.log.writer;

import io.tidemark.log.ring.AppendRing;

/// What came of the attempt to append a record with a stamp.
public sealed interface StampedAppend {
  /// It is in the ring, as number `lsn`.
  record Taken(long lsn) implements StampedAppend {}

  /// The same record was appended before, as number `lsn`; nothing was appended now.
  record Repeat(long lsn) implements StampedAppend {}

  /// It was not appended now, and nobody knows whether it was before: it is older than what is
  /// remembered of its producer.
  record TooOld() implements StampedAppend {}

  /// It was not appended, because the one with the sequence `expected` comes next.
  record Gap(long expected) implements StampedAppend {}

  /// It was not appended; why, as [AppendRing] says it instead of an LSN.
  record NotTaken(long code) implements StampedAppend {}
}
