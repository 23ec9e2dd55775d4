package io.tidemark.partition;

import io.tidemark.log.writer.Refusal;

/// How far the records of one [io.tidemark.log.writer.Appender] have come: one message for many
/// records.
public sealed interface Progress {
  /// `level` holds for all of its records up to `uptoLsn`, written in `epoch`.
  record Acknowledged(long uptoLsn, long epoch, AckLevel level) implements Progress {}

  /// Nobody here knows whether those of its records will be there that are not acknowledged, up to
  /// `uptoLsn`.
  record Unknown(long uptoLsn, String detail) implements Progress {}

  /// Its records from `fromLsn` on were surely not appended, and it takes no more; told once. Those
  /// before it are acknowledged, or unknown, later.
  record Refused(long fromLsn, Refusal reason, String detail) implements Progress {}
}
