package io.tidemark.log;

/// What opening a log found and did.
///
/// @param kind one that opens: fresh, clean, torn tail, interrupted truncation
/// @param batches whole batches in the log
/// @param records records in them
/// @param cutBytes bytes behind the last whole batch that were not zero and are now; in an
///   interrupted truncation also whole batches
/// @param segments files
/// @param found what was in place of the next batch, for a person; empty if nothing was
public record RecoveryReport(
    RecoveryCase kind, long batches, long records, long cutBytes, int segments, String found) {}
