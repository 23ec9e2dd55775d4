package io.tidemark.log;

import io.tidemark.foundation.Check;

/// The limits of one partition's log, and whose log it is.
///
/// @param logId the log's identity, not 0; files of another one are refused
/// @param partition the partition, at least 0; files of another one are refused
/// @param segmentBytes the length of each new segment file, a multiple of
///   [SegmentHeader#HEADER_BYTES]; too small: a roll, with its two syncs, every moment; too large:
///   opening and a follower's repair take long. Files made with another length stay as they are
/// @param maxBatchBytes the largest batch [Log#append] takes; must fit into an empty segment
/// @param maxWriteBytes the most that one write carries, and so the memory for it; at least a
///   largest batch and its mark
/// @param indexStrideBytes how far apart the positions are that a segment's index remembers; too
///   small: memory; too large: a read walks over so many bytes before it finds its batch
/// @param maxIndexEntries the most positions one segment's index remembers; when it is full, every
///   second one is forgotten
public record LogConfig(
    long logId,
    int partition,
    long segmentBytes,
    int maxBatchBytes,
    int maxWriteBytes,
    int indexStrideBytes,
    int maxIndexEntries) {
  /// No batch of any log is larger.
  public static final int MAX_BATCH_BYTES = 1 << 28;

  /// No segment of any log is larger.
  public static final long MAX_SEGMENT_BYTES = 1L << 30;

  private static final int MIB = 1 << 20;

  public LogConfig {
    Check.argument(logId != 0, "log id 0 means none");
    Check.argument(partition >= 0, "partition %d", partition);
    Check.argument(
        segmentBytes <= MAX_SEGMENT_BYTES && segmentBytes % SegmentHeader.HEADER_BYTES == 0,
        "segments of %d bytes: expected a multiple of %d, at most %d",
        segmentBytes,
        SegmentHeader.HEADER_BYTES,
        MAX_SEGMENT_BYTES);
    Check.argument(
        maxBatchBytes >= BatchFormat.HEADER_BYTES + BatchFormat.RECORD_HEADER_BYTES
            && maxBatchBytes <= MAX_BATCH_BYTES,
        "batches of at most %d bytes",
        maxBatchBytes);
    Check.argument(
        SegmentHeader.HEADER_BYTES + Mark.BYTES + (long) maxBatchBytes <= segmentBytes,
        "a batch of %d bytes does not fit into a segment of %d",
        maxBatchBytes,
        segmentBytes);
    Check.argument(
        maxWriteBytes >= Mark.BYTES + (long) maxBatchBytes,
        "a batch of %d bytes does not fit into a write of %d",
        maxBatchBytes,
        maxWriteBytes);
    Check.argument(
        indexStrideBytes > 0 && maxIndexEntries >= 2,
        "an index of %d positions every %d bytes",
        maxIndexEntries,
        indexStrideBytes);
  }

  /// Segments of 64 MiB, batches up to 4 MiB.
  public static LogConfig defaults(long logId, int partition) {
    return new LogConfig(logId, partition, 64L * MIB, 4 * MIB, 8 * MIB, 4096, 4096);
  }

  /// The same with other sizes of segment and batch; one write carries up to two such batches.
  public LogConfig withSizes(long segmentBytes, int maxBatchBytes) {
    return new LogConfig(
        logId,
        partition,
        segmentBytes,
        maxBatchBytes,
        2 * maxBatchBytes + Mark.BYTES,
        indexStrideBytes,
        maxIndexEntries);
  }
}
