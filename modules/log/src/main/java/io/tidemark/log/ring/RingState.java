package io.tidemark.log.ring;

/// How far a ring has come, in one long: where the next record goes, and which LSN it gets.
///
/// ```
///   63       62                                   28 27                         0
///   ├────────┼──────────────────────────────────────┼───────────────────────────┤
///   │ closed │ position in words of 8 bytes, mod 2³⁵ │ LSN mod 2²⁸               │
///   └────────┴──────────────────────────────────────┴───────────────────────────┘
/// ```
///
/// Both advance by the same compare-and-set, and so the order of the records in memory is the order
/// of their LSNs. The tail has this form, and the head, whose closed bit is never set.
///
/// Differences are exact while the two are less than half their range apart. Head and tail are: at
/// most 2²⁷ words and 2²⁴ records. A stale tail leads to a compare-and-set that fails, or at worst
/// to one answer too many that the ring is full. It could do harm only to a thread that slept
/// between its look at the tail and its compare-and-set while 256 GiB and 2²⁸ records went by, a
/// multiple of both, and that woke at the one instant when all 63 bits are the same again.
final class RingState {
  private static final int LSN_BITS = 28;
  private static final int POSITION_BITS = 35;
  private static final long LSN_MASK = (1L << LSN_BITS) - 1;
  private static final long POSITION_MASK = (1L << POSITION_BITS) - 1;

  /// The bit that makes the whole word negative.
  static final long CLOSED_BIT = Long.MIN_VALUE;

  private RingState() {}

  static long of(long position, long lsn) {
    return (position & POSITION_MASK) << LSN_BITS | (lsn & LSN_MASK);
  }

  static boolean isClosed(long state) {
    return state < 0;
  }

  /// In words.
  static long position(long state) {
    return state >>> LSN_BITS & POSITION_MASK;
  }

  /// `state` moved on over `words` and `records`.
  static long after(long state, int words, int records) {
    return of(position(state) + words, state + records);
  }

  /// How many words `to` is ahead of `from`; negative if it is behind.
  static long wordsBetween(long from, long to) {
    return (position(to) - position(from)) << (64 - POSITION_BITS) >> (64 - POSITION_BITS);
  }

  /// How many records `to` is ahead of `from`; negative if it is behind.
  static long recordsBetween(long from, long to) {
    return (to - from) << (64 - LSN_BITS) >> (64 - LSN_BITS);
  }

  /// The whole LSN of `state`, which is at `anchorLsn` or less than 2²⁸ above it.
  static long lsn(long state, long anchorLsn) {
    return anchorLsn + ((state - anchorLsn) & LSN_MASK);
  }
}
