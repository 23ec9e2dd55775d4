package io.tidemark.log;

import static io.tidemark.log.BatchFormat.littleEndian;

import java.nio.ByteBuffer;
import java.util.Optional;

/// A copy of the last write of a log, kept in a file of its own while recovery writes it once more.
///
/// ```
///   0                 8        12       16                24       28       32
///   ├─────────────────┼────────┼────────┼─────────────────┼────────┼────────┤
///   │   "TIDECOPY"    │version │ CRC32C │     log id      │ parti- │ length │
///   │                 │        │        │                 │ tion   │        │
///   ├─────────────────┼────────┴────────┼─────────────────┴────────┴────────┤
///   │ segment base LSN│    position     │ bytes of the segment ...          │
///   └─────────────────┴─────────────────┴───────────────────────────────────┘
///   32                40                48
/// ```
///
/// Crash story: a process whose sync failed is gone; the pages it could not write are marked clean,
/// so the next process reads them, syncs, is told "done", and the disk still has zeros. Only
/// writing the bytes again into preallocated blocks makes the next sync true (RELIABILITY fact 1).
/// But the bytes may just as well have been durable for long, and power that goes while they are
/// written again may spoil them. So they are copied first; while the copy is there, it is what
/// counts.
record TailCopy(long logId, int partition, long baseLsn, long position, ByteBuffer bytes) {
  static final String FILE = "tail.copy";
  static final int HEADER_BYTES = 48;

  private static final long MAGIC_VALUE = 0x59504F4345444954L;
  private static final int VERSION_AT = 8;
  private static final int CRC = 12;
  private static final int LOG_ID = 16;
  private static final int PARTITION = 24;
  private static final int LENGTH = 28;
  private static final int BASE_LSN = 32;
  private static final int POSITION = 40;

  ByteBuffer encode() {
    ByteBuffer block = littleEndian(ByteBuffer.allocate(HEADER_BYTES + bytes.remaining()));
    block.putLong(0, MAGIC_VALUE);
    block.putInt(VERSION_AT, SegmentHeader.VERSION);
    block.putLong(LOG_ID, logId);
    block.putInt(PARTITION, partition);
    block.putInt(LENGTH, bytes.remaining());
    block.putLong(BASE_LSN, baseLsn);
    block.putLong(POSITION, position);
    block.position(HEADER_BYTES).put(bytes.duplicate()).clear();
    block.putInt(CRC, Crc32c.around(block, 0, CRC, block.capacity()));
    return block;
  }

  /// The copy in `block`, the content of a whole file; none if it is damaged.
  static Optional<TailCopy> decode(ByteBuffer block) {
    littleEndian(block);
    if (block.limit() < HEADER_BYTES
        || block.getLong(0) != MAGIC_VALUE
        || block.getInt(VERSION_AT) != SegmentHeader.VERSION
        || block.getInt(LENGTH) != block.limit() - HEADER_BYTES
        || block.getInt(CRC) != Crc32c.around(block, 0, CRC, block.limit())) {
      return Optional.empty();
    }
    return Optional.of(
        new TailCopy(
            block.getLong(LOG_ID),
            block.getInt(PARTITION),
            block.getLong(BASE_LSN),
            block.getLong(POSITION),
            block.slice(HEADER_BYTES, block.getInt(LENGTH))));
  }
}
