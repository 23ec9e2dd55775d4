package io.tidemark.log;

import static io.tidemark.log.BatchFormat.littleEndian;

import java.nio.ByteBuffer;
import java.util.Optional;

/// What is known to be synced of a segment, written when nothing more is to be written for a while:
/// the evidence for the very last batch, which no [Mark] follows.
///
/// ```
///   0        4        8                 16                24                32
///   ├────────┼────────┼─────────────────┼─────────────────┼─────────────────┤
///   │ "NOTE" │ CRC32C │   generation    │ synced through  │  end position   │
///   └────────┴────────┴─────────────────┴─────────────────┴─────────────────┘
/// ```
///
/// The second block of a segment file holds two of them, half a block apart, written in turn: a
/// tear spoils one. They are in sectors of their own, so no single bad sector takes a batch and the
/// note about it. The newest that is whole counts. The checksum covers where it belongs, as that of
/// a mark.
record SyncNote(long generation, long syncedThrough, long endPosition) {
  /// The block that holds both.
  static final int BLOCK_BYTES = 4096;

  static final SyncNote NONE = new SyncNote(0, 0, 0);

  private static final int SLOTS = 2;
  private static final int SLOT_BYTES = BLOCK_BYTES / SLOTS;
  private static final int BYTES = 32;
  private static final int MAGIC_VALUE = 0x45544F4E;
  private static final int CHECKSUM = 4;

  /// The block with this note in its slot and `other` in its own.
  ByteBuffer encodeWith(SyncNote other, SegmentHeader segment) {
    ByteBuffer block = littleEndian(ByteBuffer.allocateDirect(2 * BLOCK_BYTES));
    ByteBuffer aligned = littleEndian(block.alignedSlice(BLOCK_BYTES).slice(0, BLOCK_BYTES));
    put(aligned, segment);
    other.put(aligned, segment);
    return aligned;
  }

  private void put(ByteBuffer block, SegmentHeader segment) {
    if (generation == 0) {
      return;
    }
    int at = (int) (generation % SLOTS) * SLOT_BYTES;
    block.putInt(at, MAGIC_VALUE);
    block.putLong(at + 8, generation);
    block.putLong(at + 16, syncedThrough);
    block.putLong(at + 24, endPosition);
    block.putInt(at + CHECKSUM, checksum(block, at, segment));
  }

  /// The newest whole note in `block`, or [#NONE].
  static SyncNote newest(ByteBuffer block, SegmentHeader segment) {
    littleEndian(block);
    SyncNote newest = NONE;
    for (int slot = 0; slot < SLOTS; slot++) {
      SyncNote note = decode(block, slot * SLOT_BYTES, segment).orElse(NONE);
      newest = note.generation > newest.generation ? note : newest;
    }
    return newest;
  }

  private static Optional<SyncNote> decode(ByteBuffer block, int at, SegmentHeader segment) {
    if (block.limit() < at + BYTES
        || block.getInt(at) != MAGIC_VALUE
        || block.getInt(at + CHECKSUM) != checksum(block, at, segment)) {
      return Optional.empty();
    }
    return Optional.of(
        new SyncNote(block.getLong(at + 8), block.getLong(at + 16), block.getLong(at + 24)));
  }

  private static int checksum(ByteBuffer block, int at, SegmentHeader segment) {
    long position = (long) SegmentHeader.HEADER_BYTES + at;
    return Crc32c.around(segment.salt(position), block, at, at + CHECKSUM, at + BYTES);
  }
}
