package io.tidemark.log.journal;

import io.tidemark.foundation.Check;
import io.tidemark.log.LogConfig;

/// The limits of a [Journal], and what it is used for.
///
/// @param segmentBytes the length of each of its files, of which there are at most five; too small:
///   the files of the logs are synced all the time; too large: disk, and what is to be written
///   again after a power cut
/// @param maxRoundBytes the most that one write of it carries, and twice that much memory
/// @param maxWriteBytes a longer write to a file does not go through it
/// @param use which syncs go through it
public record JournalConfig(long segmentBytes, int maxRoundBytes, int maxWriteBytes, Use use) {
  /// Which syncs go through the journal.
  public enum Use {
    /// Those of files that are synced while others are. A file that is synced alone is faster
    /// without.
    WHEN_SHARED,
    /// All.
    ALWAYS
  }

  // A smaller one has less room behind its header than is kept free for what must be noted.
  private static final int MIN_SEGMENT_BYTES = 1 << 15;

  public JournalConfig {
    Check.argument(maxWriteBytes > 0, "writes of at most %d bytes", maxWriteBytes);
    Check.argument(
        maxRoundBytes >= 2 * (maxWriteBytes + JournaledFile.Path.MAX_BYTES),
        "rounds of %d bytes do not take a write of %d",
        maxRoundBytes,
        maxWriteBytes);
    Check.argument(
        segmentBytes >= MIN_SEGMENT_BYTES && segmentBytes >= 8L * maxRoundBytes,
        "segments of %d bytes are too small for rounds of %d",
        segmentBytes,
        maxRoundBytes);
  }

  /// Segments of 64 MiB, rounds up to 1 MiB, writes up to 64 KiB, used when shared.
  public static JournalConfig defaults() {
    return new JournalConfig(64L << 20, 1 << 20, 64 << 10, Use.WHEN_SHARED);
  }

  /// The same with segments of `bytes`.
  public JournalConfig withSegmentBytes(long bytes) {
    return new JournalConfig(bytes, maxRoundBytes, maxWriteBytes, use);
  }

  /// The same for `other` syncs.
  public JournalConfig withUse(Use other) {
    return new JournalConfig(segmentBytes, maxRoundBytes, maxWriteBytes, other);
  }

  LogConfig log() {
    return LogConfig.defaults(Journal.LOG_ID, 0).withSizes(segmentBytes, maxRoundBytes);
  }
}
