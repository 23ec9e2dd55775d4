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
    /// A whole note that says what the frames do not.
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
    /// The intent of a truncation, or of a new beginning.
    INTENT,
    /// The copy of the last write.
    COPY,
    /// A file of another log or partition.
    FOREIGN,
    /// A file of a later release.
    UNKNOWN_VERSION,
    /// Behind the end of the log, where a write was torn: no damage; opening cuts it.
    TORN_TAIL,
    /// A note that is not whole: no damage. The power may have gone while it was written or zeros
    /// went over it, and it stays so until the next one; what is lost is evidence, not a record.
    TORN_NOTE,
    /// Bytes that the disk does not give.
    UNREADABLE
  }

  /// Whether something is lost; else it is what a crash may leave and opening puts right.
  public boolean isDamage() {
    return kind != Kind.TORN_TAIL && kind != Kind.TORN_NOTE;
  }

  /// Whether the bytes are as they were written, but not for this log or this release.
  public boolean isRefusal() {
    return kind == Kind.FOREIGN || kind == Kind.UNKNOWN_VERSION;
  }

  @Override
  public String toString() {
    return "%s at %d: %s: expected %s, found %s".formatted(file, position, kind, expected, found);
  }
}
