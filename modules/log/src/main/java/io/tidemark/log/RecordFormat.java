package io.tidemark.log;

/// The bytes of a record: the same in a batch, in the ring in front of a writer, and on the wire.
///
/// ```
///   0                    4          6          8          (16)
///   ├────────────────────┼──────────┼──────────┼───────────┼──────────────────┬──────────────┐
///   │ payload length u32 │ type u16 │ flags u16│ (key u64) │ payload          │ zeros to 8 n │
///   └────────────────────┴──────────┴──────────┴───────────┴──────────────────┴──────────────┘
/// ```
///
/// Little-endian. Flag bit 0: a reader that does not know the type may skip the record. Bit 1: a
/// stream key is there. Other bits are for later releases; a reader refuses what it does not know.
/// A type is never 0, so the first eight bytes of a record are never all zeros.
public final class RecordFormat {
  /// Every record begins and ends on a multiple of this.
  public static final int ALIGNMENT = 8;

  /// What precedes the payload of a record without a key.
  public static final int RECORD_HEADER_BYTES = 8;

  /// What a stream key adds.
  public static final int KEY_BYTES = 8;

  /// The flag of a record that may be skipped.
  public static final int OPTIONAL = 1;

  /// The flag of a record with a stream key.
  public static final int KEYED = 2;

  static final int KNOWN_FLAGS = OPTIONAL | KEYED;
  static final int TYPE = 4;
  static final int FLAGS = 6;

  private RecordFormat() {}

  /// What a record takes, header, key and padding included.
  public static long frameBytes(int payloadBytes, boolean keyed) {
    return align((long) headerBytes(keyed) + payloadBytes);
  }

  /// Where the payload begins, from the start of the record.
  public static int headerBytes(boolean keyed) {
    return keyed ? RECORD_HEADER_BYTES + KEY_BYTES : RECORD_HEADER_BYTES;
  }

  static long align(long bytes) {
    return (bytes + ALIGNMENT - 1) & -ALIGNMENT;
  }
}
