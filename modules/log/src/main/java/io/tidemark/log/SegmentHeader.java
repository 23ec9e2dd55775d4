package io.tidemark.log;

import static io.tidemark.log.BatchFormat.littleEndian;

import java.nio.ByteBuffer;
import java.util.Locale;

/// The first block of a segment file.
///
/// ```
///   0                 8        12       16       20       24                32
///   ├─────────────────┼────────┼────────┼────────┼────────┼─────────────────┤
///   │   "TIDEMARK"    │version │ CRC32C │ header │ block  │ segment length  │
///   │                 │        │        │ length │ bytes  │                 │
///   ├─────────────────┼────────┼────────┼────────┴────────┼─────────────────┤
///   │     log id      │ parti- │previous│    base LSN     │previous segment:│
///   │                 │ tion   │checksum│                 │    base LSN     │
///   ├─────────────────┼────────┴────────┼─────────────────┼────────┬────────┤
///   32                40       44       48                56       │        64
///   │previous last LSN│ previous epoch  │  previous time  │ footer │ zeros  │
///   │                 │                 │                 │ length │        │
///   ├─────────────────┴─────────────────┴─────────────────┴────────┴────────┤
///   64                72                80                88       92       96
///   │ zeros up to 4096                                                      │
///   └───────────────────────────────────────────────────────────────────────┘
/// ```
///
/// The CRC32C is over the whole block without itself. Magic, version, CRC32C and header length keep
/// their places in every version, so that an unknown version can be told from damage.
///
/// "Previous" is the last batch before this segment, as it was when the file was made; its time is
/// also the creation time, because a log has no clock of its own. The base LSN of the segment
/// before (0 for the first of a log) tells a missing file from missing records. The segment length
/// tells a shortened file. A batch, with the mark in front of it, begins on a multiple of the block
/// bytes (8 where the page cache is used), and what is left of its last block is zeros. The footer
/// length is what the end of the file keeps free for the [Footer]. The zeros are room for a cipher
/// and the id of its key.
record SegmentHeader(
    long logId,
    int partition,
    int blockBytes,
    long segmentBytes,
    int footerBytes,
    long baseLsn,
    long previousBaseLsn,
    Tail previous) {
  static final int HEADER_BYTES = 4096;
  static final int VERSION = 2;

  /// No disk asks for larger ones; memory is allocated by it.
  static final int MAX_BLOCK_BYTES = 1 << 16;

  /// "TIDEMARK" in the order of its bytes.
  static final long MAGIC_VALUE = 0x4B52414D45444954L;

  private static final String SUFFIX = ".segment";

  private static final int VERSION_AT = 8;
  private static final int CHECKSUM = 12;
  private static final int HEADER_LENGTH = 16;
  private static final int BLOCK_BYTES = 20;
  private static final int SEGMENT_LENGTH = 24;
  private static final int LOG_ID = 32;
  private static final int PARTITION = 40;
  private static final int PREVIOUS_CHECKSUM = 44;
  private static final int BASE_LSN = 48;
  private static final int PREVIOUS_BASE_LSN = 56;
  private static final int PREVIOUS_LAST_LSN = 64;
  private static final int PREVIOUS_EPOCH = 72;
  private static final int PREVIOUS_TIME = 80;
  private static final int FOOTER_LENGTH = 88;
  private static final int ROOM_FROM = 92;

  /// What the first block of a file turned out to be.
  sealed interface Decoded {
    record Sound(SegmentHeader header) implements Decoded {}

    record Damaged(String found) implements Decoded {}

    record UnknownVersion(String found) implements Decoded {}
  }

  /// The header of the segment that follows `tail`; `previousBaseLsn` is 0 for the first.
  static SegmentHeader following(
      LogConfig config, int blockBytes, long previousBaseLsn, Tail tail) {
    return new SegmentHeader(
        config.logId(),
        config.partition(),
        Math.max(blockBytes, RecordFormat.ALIGNMENT),
        config.segmentBytes(),
        config.footerBytes(),
        tail.nextLsn(),
        previousBaseLsn,
        tail);
  }

  /// Where the frames begin.
  static long framesAt() {
    return HEADER_BYTES + SyncNote.BLOCK_BYTES;
  }

  /// Where the frames end at the latest.
  long framesEnd() {
    return segmentBytes - footerBytes;
  }

  /// Whether it was made to be written past the page cache.
  boolean isInBlocks() {
    return blockBytes > RecordFormat.ALIGNMENT;
  }

  /// Where the next frame goes if the last one ends at `position`.
  long blockAfter(long position) {
    return (position + blockBytes - 1) & -blockBytes;
  }

  /// What checksums of local frames cover besides their bytes: where they belong.
  ByteBuffer salt(long position) {
    return littleEndian(ByteBuffer.allocate(4 * Long.BYTES))
        .putLong(logId)
        .putLong(partition)
        .putLong(baseLsn)
        .putLong(position)
        .flip();
  }

  /// The name of the file that begins with `baseLsn`.
  static String fileName(long baseLsn) {
    return String.format(Locale.ROOT, "%020d%s", baseLsn, SUFFIX);
  }

  /// Whether a file of this name claims to be a segment.
  static boolean isSegmentName(String name) {
    return name.endsWith(SUFFIX);
  }

  String fileName() {
    return fileName(baseLsn);
  }

  ByteBuffer encode() {
    ByteBuffer block = littleEndian(ByteBuffer.allocate(HEADER_BYTES));
    block.putLong(0, MAGIC_VALUE);
    block.putInt(VERSION_AT, VERSION);
    block.putInt(HEADER_LENGTH, HEADER_BYTES);
    block.putInt(BLOCK_BYTES, blockBytes);
    block.putLong(SEGMENT_LENGTH, segmentBytes);
    block.putLong(LOG_ID, logId);
    block.putInt(PARTITION, partition);
    block.putInt(PREVIOUS_CHECKSUM, previous.checksum());
    block.putLong(BASE_LSN, baseLsn);
    block.putLong(PREVIOUS_BASE_LSN, previousBaseLsn);
    block.putLong(PREVIOUS_LAST_LSN, previous.lastLsn());
    block.putLong(PREVIOUS_EPOCH, previous.epoch());
    block.putLong(PREVIOUS_TIME, previous.timeMicros());
    block.putInt(FOOTER_LENGTH, footerBytes);
    block.putInt(CHECKSUM, Crc32c.around(block, 0, CHECKSUM, HEADER_BYTES));
    return block;
  }

  /// What `block`, the first bytes of a file of `fileBytes`, is.
  static Decoded decode(ByteBuffer block, long fileBytes) {
    littleEndian(block);
    if (block.limit() < HEADER_BYTES) {
      return new Decoded.Damaged("a file of " + fileBytes + " bytes, shorter than its header");
    }
    if (block.getLong(0) != MAGIC_VALUE) {
      return new Decoded.Damaged(String.format("magic %016x", block.getLong(0)));
    }
    int computed = Crc32c.around(block, 0, CHECKSUM, HEADER_BYTES);
    if (block.getInt(CHECKSUM) != computed) {
      return new Decoded.Damaged(
          String.format("checksum %08x over %08x", block.getInt(CHECKSUM), computed));
    }
    if (block.getInt(VERSION_AT) != VERSION) {
      return new Decoded.UnknownVersion(
          "format version " + Integer.toUnsignedString(block.getInt(VERSION_AT)));
    }
    return decodeSound(block, fileBytes);
  }

  private static Decoded decodeSound(ByteBuffer block, long fileBytes) {
    if (block.getInt(HEADER_LENGTH) != HEADER_BYTES || !isZero(block, ROOM_FROM)) {
      return new Decoded.UnknownVersion("a cipher or header length of a later release");
    }
    Tail previous =
        new Tail(
            block.getLong(PREVIOUS_LAST_LSN),
            block.getInt(PREVIOUS_CHECKSUM),
            block.getLong(PREVIOUS_EPOCH),
            block.getLong(PREVIOUS_TIME));
    SegmentHeader header =
        new SegmentHeader(
            block.getLong(LOG_ID),
            block.getInt(PARTITION),
            block.getInt(BLOCK_BYTES),
            block.getLong(SEGMENT_LENGTH),
            block.getInt(FOOTER_LENGTH),
            block.getLong(BASE_LSN),
            block.getLong(PREVIOUS_BASE_LSN),
            previous);
    if (header.baseLsn != previous.nextLsn()) {
      return new Decoded.Damaged("base LSN " + header.baseLsn + " after " + previous.lastLsn());
    }
    if (header.segmentBytes != fileBytes) {
      return new Decoded.Damaged(
          "a file of " + fileBytes + " bytes that was made with " + header.segmentBytes);
    }
    if (header.framesEnd() < framesAt()
        || header.footerBytes < Footer.leastBytes()
        || Integer.bitCount(header.blockBytes) != 1
        || header.blockBytes < RecordFormat.ALIGNMENT
        || header.blockBytes > MAX_BLOCK_BYTES) {
      return new Decoded.Damaged(
          "a footer of " + header.footerBytes + " bytes, blocks of " + header.blockBytes);
    }
    return new Decoded.Sound(header);
  }

  private static boolean isZero(ByteBuffer block, int from) {
    for (int i = from; i < HEADER_BYTES; i += Integer.BYTES) {
      if (block.getInt(i) != 0) {
        return false;
      }
    }
    return true;
  }
}
