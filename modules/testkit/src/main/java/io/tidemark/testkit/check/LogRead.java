package io.tidemark.testkit.check;

/// What one reader saw of the committed records of one node's replica, in one answer.
///
/// @param run which start of the node's process answered; what it says is committed may begin again
///   with the next
/// @param fromLsn the first record asked for
/// @param throughLsn the last record of the answer; `fromLsn - 1` if there was none
/// @param digest of the records from `fromLsn` through `throughLsn`
public record LogRead(
    int reader, String node, int run, int partition, long fromLsn, long throughLsn, long digest) {}
