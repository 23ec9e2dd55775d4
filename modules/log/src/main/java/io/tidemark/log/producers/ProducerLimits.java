package io.tidemark.log.producers;

import io.tidemark.foundation.Check;

/// How much is remembered of who appended what, for each partition.
///
/// The same on every replica of a partition: else a repeat may be known to one leader and too old,
/// or new, to the next.
///
/// @param sequences of each producer, its newest: as many of its records as may be without an
///   answer at once; too few: a retry is refused as too old; too many: memory, 8 bytes for each
/// @param producers those that appended last; too few: one that was forgotten may append a record
///   twice; too many: memory, and a file of as many bytes for each segment
public record ProducerLimits(int sequences, int producers) {
  /// What one takes in the file, besides its LSNs.
  static final int PRODUCER_BYTES = 24;

  private static final long MAX_BYTES = 1 << 26;

  public ProducerLimits {
    Check.argument(sequences >= 1, "%d sequences of a producer", sequences);
    Check.argument(producers >= 1, "%d producers of a partition", producers);
    Check.argument(
        producers * (PRODUCER_BYTES + (long) Long.BYTES * sequences) <= MAX_BYTES,
        "%d sequences of %d producers take more than %d bytes",
        sequences,
        producers,
        MAX_BYTES);
  }

  /// The most that all of them take in the file.
  long bytes() {
    return producers * (PRODUCER_BYTES + (long) Long.BYTES * sequences);
  }

  /// The newest 64 sequences of 1,024 producers.
  public static ProducerLimits defaults() {
    return new ProducerLimits(64, 1024);
  }
}
