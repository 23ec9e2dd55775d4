package io.tidemark.log.verify;

/// Bytes that are not what they must be.
///
/// @param file its name in the directory
/// @param position of the first byte of what is wrong
public record Finding(String file, long position, Kind kind, String expected, String found) {
  /// What is wrong, by the part of the format.
  public enum Kind {
    /// The first block of a segment, or the file's name or length.
    HEADER,
    /// A note about what is synced, or the block around it.
    NOTE,
    /// A mark.
    MARK,
    /// The header of a batch.
    BATCH_HEADER,
    /// The body of a batch: its checksum, its codec, or what follows it in its last block.
    BATCH_BODY,
    /// The records in a body that is as it was written.
    RECORDS,
    /// A whole batch that is not the next one.
    CHAIN,
    /// Bytes that must be zero.
    NOT_ZERO,
    /// The footer, or what it says of the frames.
    FOOTER,
    /// A segment that is not there.
    MISSING_SEGMENT,
    /// The file of the floor and its holders.
    FLOOR,
    /// The intent of a truncation.
    INTENT,
    /// The copy of the last write.
    COPY,
    /// A file of another log or partition.
    FOREIGN,
    /// A file of a later release.
    UNKNOWN_VERSION,
    /// Behind the end of the log, where a write was torn; opening cuts it.
    TORN_TAIL,
    /// Bytes that the disk does not give.
    UNREADABLE
  }

  @Override
  public String toString() {
    return "%s at %d: %s: expected %s, found %s".formatted(file, position, kind, expected, found);
  }
}
