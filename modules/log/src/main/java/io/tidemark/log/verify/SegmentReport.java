package io.tidemark.log.verify;

import java.util.List;

/// What a segment file holds.
///
/// @param baseLsn by its header, or else by its name
/// @param lastLsn of its last whole batch, or the one before it if there is none
/// @param bytes length of the file
/// @param writtenBytes up to the end of the last whole batch
/// @param sealed whether it has a footer that is whole
public record SegmentReport(
    String file,
    long baseLsn,
    long lastLsn,
    long batches,
    long records,
    long bytes,
    long writtenBytes,
    boolean sealed,
    List<Finding> findings) {}
