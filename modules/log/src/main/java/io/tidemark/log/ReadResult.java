package io.tidemark.log;

/// The answer to [Log#read].
public sealed interface ReadResult {
  /// The batch that contains the LSN, verified.
  record Found(Batch batch) implements ReadResult {}

  /// The LSN is older than the log; take a snapshot instead.
  record BelowFirstLsn(long firstLsn) implements ReadResult {}

  /// The LSN is not appended yet, or was truncated.
  record BeyondAppended(long appendedLsn) implements ReadResult {}
}
