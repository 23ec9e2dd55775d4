package io.tidemark.log;

import static io.tidemark.log.BatchFormat.littleEndian;

import java.nio.ByteBuffer;
import java.util.Optional;

/// A note in a segment file: everything up to LSN `syncedThrough` was synced before this was
/// written. It is what tells a torn tail from damage.
///
/// ```
///   0        4        8        12       16                24                32
///   ├────────┼────────┼────────┼────────┼─────────────────┼─────────────────┤
///   │   32   │ "MARK" │ CRC32C │ zeros  │ synced through  │    next LSN     │
///   └────────┴────────┴────────┴────────┴─────────────────┴─────────────────┘
/// ```
///
/// Written in front of the first batch after each sync, in the same write. Local to one file and
/// never sent.
///
/// Its CRC32C also covers where it belongs: log id, partition, base LSN of the segment and its own
/// position. Else a record whose payload is a copy of a segment file, torn in the middle, would
/// show marks that nobody wrote, and the tear would pass for damage.
///
/// @param nextLsn the base LSN of the batch behind it
record Mark(long syncedThrough, long nextLsn) {
  static final int BYTES = 32;

  /// "MARK" in the order of its bytes.
  static final int MAGIC_VALUE = 0x4B52414D;

  /// The first eight bytes of every mark, for a search.
  static final long FIRST_WORD = ((long) MAGIC_VALUE << 32) | BYTES;

  private static final int CHECKSUM = 8;
  private static final int RESERVED = 12;
  private static final int SYNCED_THROUGH = 16;
  private static final int NEXT_LSN = 24;

  /// Puts the mark at the position of `target`, which moves behind it; in the file that is
  /// `position`.
  void encode(ByteBuffer target, SegmentHeader segment, long position) {
    ByteBuffer frame = littleEndian(target.slice(target.position(), BYTES));
    frame.putLong(0, FIRST_WORD);
    frame.putInt(RESERVED, 0);
    frame.putLong(SYNCED_THROUGH, syncedThrough);
    frame.putLong(NEXT_LSN, nextLsn);
    frame.putInt(CHECKSUM, Crc32c.around(segment.salt(position), frame, 0, CHECKSUM, BYTES));
    target.position(target.position() + BYTES);
  }

  /// The mark at `at` of `bytes`, which is `position` of its file; none if it is not whole or does
  /// not belong there.
  static Optional<Mark> decode(ByteBuffer bytes, int at, SegmentHeader segment, long position) {
    if (bytes.limit() - at < BYTES || bytes.getLong(at) != FIRST_WORD) {
      return Optional.empty();
    }
    int computed = Crc32c.around(segment.salt(position), bytes, at, at + CHECKSUM, at + BYTES);
    if (bytes.getInt(at + CHECKSUM) != computed) {
      return Optional.empty();
    }
    Mark mark = new Mark(bytes.getLong(at + SYNCED_THROUGH), bytes.getLong(at + NEXT_LSN));
    boolean sane = bytes.getInt(at + RESERVED) == 0 && mark.syncedThrough < mark.nextLsn;
    return sane ? Optional.of(mark) : Optional.empty();
  }
}
