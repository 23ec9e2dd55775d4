package io.tidemark.log;

/// The bytes of one record, the same in the ring its producer fills, in a batch's body, on the wire
/// and on disk.
///
/// ```
///   0         4       6       8                                          multiple of 8
///   ├─────────┼───────┼───────┼──────────┬──────────────┬─────────┬───────┤
///   │ payload │ type  │ flags │ key u64, │ producer u64,│ payload │ zeros │
///   │ length  │ u16   │ u16   │ only if  │ sequence u64,│         │       │
///   │ u32     │       │       │ KEYED    │ if STAMPED   │         │       │
///   ├─────────┴───────┴───────┼──────────┴──────────────┴─────────┴───────┤
///   │ the first word          │ each begins at a multiple of 8 too        │
///   └─────────────────────────┴───────────────────────────────────────────┘
///
///   flags   bit 0  OPTIONAL   a reader that does not know the type may skip the record
///           bit 1  KEYED      a key stands before the payload; the length does not count it
///           bit 2  STAMPED    so does a producer and its sequence: see [Stamp]
/// ```
///
/// Everything is little-endian. A type is never 0, so the first word of a record never is either:
/// in the ring a word of zero means that nothing is there yet.
public final class RecordFormat {
  public static final int RECORD_HEADER_BYTES = 8;
  public static final int KEY_BYTES = 8;
  public static final int STAMP_BYTES = 16;

  /// Every record begins at a multiple of this, and its frame has a multiple of this as its length.
  public static final int ALIGNMENT = 8;

  public static final int OPTIONAL = 1;
  public static final int KEYED = 2;
  public static final int STAMPED = 4;

  static final int KNOWN_FLAGS = OPTIONAL | KEYED | STAMPED;

  /// A flag that has bytes before the payload has four times its own value of them, so their number
  /// takes no branch.
  private static final int WITH_BYTES = KEYED | STAMPED;

  private static final int SHIFT_TO_BYTES = 2;
  static final int TYPE = 4;
  static final int FLAGS = 6;

  private RecordFormat() {}

  static long align(long bytes) {
    return (bytes + ALIGNMENT - 1) & -ALIGNMENT;
  }

  /// The length of a whole record: header, what its flags say, payload, zeros.
  public static long frameBytes(long payloadBytes, int flags) {
    return align(payloadOffset(flags) + payloadBytes);
  }

  /// Where in a record with these flags its payload begins.
  public static int payloadOffset(int flags) {
    return RECORD_HEADER_BYTES + ((flags & WITH_BYTES) << SHIFT_TO_BYTES);
  }

  /// What the stamp takes in a record with these flags.
  public static int stampBytes(int flags) {
    return (flags & STAMPED) << SHIFT_TO_BYTES;
  }

  /// Where in a record with these flags, STAMPED among them, the producer stands; the sequence
  /// follows.
  public static int stampOffset(int flags) {
    return payloadOffset(flags & KEYED);
  }

  /// The first word of a record, as a little-endian long.
  public static long firstWord(int payloadBytes, int type, int flags) {
    return Integer.toUnsignedLong(payloadBytes) | (long) type << 32 | (long) flags << 48;
  }

  /// The payload length in a first word, up to 2³² - 1.
  public static long payloadBytes(long firstWord) {
    return firstWord & 0xFFFF_FFFFL;
  }

  /// The type in a first word.
  public static int type(long firstWord) {
    return (int) (firstWord >>> 32) & 0xFFFF;
  }

  /// The flags in a first word, those that nobody knows as well.
  public static int flags(long firstWord) {
    return (int) (firstWord >>> 48);
  }

  /// The length of the whole record that begins with `firstWord`.
  public static long frameBytesOf(long firstWord) {
    return frameBytes(payloadBytes(firstWord), flags(firstWord));
  }
}
