package io.tidemark.log.writer;

/// Why a record was surely not appended.
public enum Refusal {
  /// This replica does not lead, or the writer is closed.
  NOT_LEADER,
  /// Too much is waiting already, or what waited could not be taken.
  BUSY,
  /// The record, or the group, is larger than a batch may be.
  TOO_LARGE,
  /// No room on the disk.
  FULL,
  /// The log failed; nothing more is written until it is opened again.
  FENCED,
  /// Older than what is remembered of its producer: it was not appended now.
  SEQUENCE_TOO_OLD,
  /// Records of its producer are missing before it.
  SEQUENCE_GAP
}
