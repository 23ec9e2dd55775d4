package io.tidemark.log;

import io.tidemark.foundation.Check;
import io.tidemark.storage.Access;

/// The limits of one partition's log, and whose log it is.
///
/// @param logId the log's identity, not 0; files of another one are refused
/// @param partition the partition, at least 0; files of another one are refused
/// @param segmentBytes the length of each new segment file, a multiple of 4096; too small: a roll,
///   with its syncs, every moment; too large: trimming is coarse, and so is a follower's repair.
///   Files made with another length stay as they are
/// @param maxBatchBytes the largest batch [Log#append] takes; must fit into an empty segment
/// @param maxWriteBytes the most that one write of several batches carries, and so the memory for
///   it; at least a largest batch and its mark
/// @param indexStrideBytes how far apart the positions are that a segment's index remembers; too
///   small: memory, and footers; too large: a read walks over so many bytes before it finds its
///   batch
/// @param maxSegmentAgeMicros the time between the first and the last batch of a segment from which
///   on the next batch goes to a new one; 0: only its size counts
/// @param access how segments are written and read
/// @param openCheck how much is read when the log is opened
public record LogConfig(
    long logId,
    int partition,
    long segmentBytes,
    int maxBatchBytes,
    int maxWriteBytes,
    int indexStrideBytes,
    long maxSegmentAgeMicros,
    Access access,
    OpenCheck openCheck) {
  /// What is read when a log is opened.
  public enum OpenCheck {
    /// The headers, the footers, and the last segment: it takes the same time for every length.
    /// Damage elsewhere is found by who reads there, or by a verification.
    TAIL,
    /// Every byte, segments in parallel.
    ALL,
    /// Every byte, one segment after the other: where many logs are opened at once, or nothing may
    /// happen on another thread.
    ALL_IN_TURN;

    /// Whether it is every byte.
    boolean isAll() {
      return this != TAIL;
    }
  }

  /// No batch of any log is larger.
  public static final int MAX_BATCH_BYTES = 1 << 28;

  /// No segment of any log is larger.
  public static final long MAX_SEGMENT_BYTES = 1L << 30;

  private static final int BLOCK_BYTES = 4096;
  private static final int MIB = 1 << 20;

  public LogConfig {
    Check.argument(logId != 0, "log id 0 means none");
    Check.argument(partition >= 0, "partition %d", partition);
    Check.argument(
        segmentBytes <= MAX_SEGMENT_BYTES && segmentBytes % BLOCK_BYTES == 0,
        "segments of %d bytes: expected a multiple of %d, at most %d",
        segmentBytes,
        BLOCK_BYTES,
        MAX_SEGMENT_BYTES);
    Check.argument(
        maxBatchBytes >= BatchFormat.HEADER_BYTES + RecordFormat.RECORD_HEADER_BYTES
            && maxBatchBytes <= MAX_BATCH_BYTES,
        "batches of at most %d bytes",
        maxBatchBytes);
    Check.argument(indexStrideBytes > 0, "an index of positions every %d bytes", indexStrideBytes);
    Check.argument(
        SegmentHeader.framesAt()
                + Mark.BYTES
                + (long) maxBatchBytes
                + Footer.bytes(segmentBytes, indexStrideBytes)
            <= segmentBytes,
        "a batch of %d bytes does not fit into a segment of %d",
        maxBatchBytes,
        segmentBytes);
    Check.argument(
        maxWriteBytes >= Mark.BYTES + (long) maxBatchBytes,
        "a batch of %d bytes does not fit into a write of %d",
        maxBatchBytes,
        maxWriteBytes);
    Check.argument(maxSegmentAgeMicros >= 0, "segments of %d microseconds", maxSegmentAgeMicros);
  }

  /// Segments of 64 MiB, batches up to 4 MiB, through the page cache.
  public static LogConfig defaults(long logId, int partition) {
    return new LogConfig(
        logId,
        partition,
        64L * MIB,
        4 * MIB,
        8 * MIB,
        64 << 10,
        0,
        Access.BUFFERED,
        OpenCheck.TAIL);
  }

  /// The same with other sizes of segment and batch; one write carries up to two such batches.
  public LogConfig withSizes(long newSegmentBytes, int newMaxBatchBytes) {
    return new LogConfig(
        logId,
        partition,
        newSegmentBytes,
        newMaxBatchBytes,
        2 * newMaxBatchBytes + Mark.BYTES,
        indexStrideBytes,
        maxSegmentAgeMicros,
        access,
        openCheck);
  }

  /// The same with an index that remembers a position every `bytes`.
  public LogConfig withIndexStride(int bytes) {
    return new LogConfig(
        logId,
        partition,
        segmentBytes,
        maxBatchBytes,
        maxWriteBytes,
        bytes,
        maxSegmentAgeMicros,
        access,
        openCheck);
  }

  /// The same with segments that cover at most `micros`.
  public LogConfig withMaxSegmentAge(long micros) {
    return new LogConfig(
        logId,
        partition,
        segmentBytes,
        maxBatchBytes,
        maxWriteBytes,
        indexStrideBytes,
        micros,
        access,
        openCheck);
  }

  /// The same with segments written and read by `other`.
  public LogConfig withAccess(Access other) {
    return new LogConfig(
        logId,
        partition,
        segmentBytes,
        maxBatchBytes,
        maxWriteBytes,
        indexStrideBytes,
        maxSegmentAgeMicros,
        other,
        openCheck);
  }

  /// The same with `other` read when the log is opened.
  public LogConfig withOpenCheck(OpenCheck other) {
    return new LogConfig(
        logId,
        partition,
        segmentBytes,
        maxBatchBytes,
        maxWriteBytes,
        indexStrideBytes,
        maxSegmentAgeMicros,
        access,
        other);
  }

  int footerBytes() {
    return Footer.bytes(segmentBytes, indexStrideBytes);
  }
}
