package io.tidemark.log;

import static io.tidemark.log.BatchFormat.littleEndian;

import java.nio.ByteBuffer;
import java.util.Optional;

/// The promise to cut everything after `lsn`, kept in a file of its own until it is done.
///
/// ```
///   0                 8        12       16                24                32       36       40
///   ├─────────────────┼────────┼────────┼─────────────────┼─────────────────┼────────┼────────┤
///   │   "TIDETRNC"    │version │ CRC32C │     log id      │       LSN       │checksum│ parti- │
///   │                 │        │        │                 │                 │        │ tion   │
///   └─────────────────┴────────┴────────┴─────────────────┴─────────────────┴────────┴────────┘
/// ```
///
/// Without it a crash in the middle of a truncation would leave half-zeroed batches in front of
/// marks that say they were synced: damage, where there is none.
///
/// @param checksum of the batch that ends with `lsn`
record TruncationIntent(long logId, int partition, long lsn, int checksum) {
  static final String FILE = "truncation.intent";
  static final int BYTES = 40;

  private static final long MAGIC_VALUE = 0x434E525445444954L;
  private static final int VERSION_AT = 8;
  private static final int CRC = 12;
  private static final int LOG_ID = 16;
  private static final int LSN = 24;
  private static final int CHECKSUM = 32;
  private static final int PARTITION = 36;

  ByteBuffer encode() {
    ByteBuffer block = littleEndian(ByteBuffer.allocate(BYTES));
    block.putLong(0, MAGIC_VALUE);
    block.putInt(VERSION_AT, SegmentHeader.VERSION);
    block.putLong(LOG_ID, logId);
    block.putLong(LSN, lsn);
    block.putInt(CHECKSUM, checksum);
    block.putInt(PARTITION, partition);
    block.putInt(CRC, Crc32c.around(block, 0, CRC, BYTES));
    return block;
  }

  /// The intent in `block`, the content of a whole file; none if it is damaged.
  static Optional<TruncationIntent> decode(ByteBuffer block) {
    littleEndian(block);
    if (block.limit() != BYTES
        || block.getLong(0) != MAGIC_VALUE
        || block.getInt(VERSION_AT) != SegmentHeader.VERSION
        || block.getInt(CRC) != Crc32c.around(block, 0, CRC, BYTES)) {
      return Optional.empty();
    }
    return Optional.of(
        new TruncationIntent(
            block.getLong(LOG_ID),
            block.getInt(PARTITION),
            block.getLong(LSN),
            block.getInt(CHECKSUM)));
  }
}
