package io.tidemark.log;

import static io.tidemark.log.BatchFormat.littleEndian;

import io.tidemark.log.SegmentContent.EpochStart;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The last bytes of a sealed segment: what it holds, so that nobody has to look.
///
/// ```
///   0                 8        12       16                24                32
///   ├─────────────────┼────────┼────────┼─────────────────┼─────────────────┤
///   │   "TIDEFOOT"    │ index  │ CRC32C │  end position   │    last LSN     │
///   │                 │ count  │        │  of the frames  │                 │
///   ├─────────────────┼────────┼────────┼─────────────────┼─────────────────┤
///   │   last epoch    │ last   │ epoch  │    last time    │     batches     │
///   │                 │checksum│ count  │                 │                 │
///   ├─────────────────┼────────┴────────┴─────────────────┴─────────────────┤
///   32                40       44       48                56                64
///   │     records     │ epochs: (epoch, first LSN)* index: (LSN, time, position)*, zeros
///   └─────────────────┴─────────────────────────────────────────────────────┘
///   64                72
/// ```
///
/// It begins footer-length bytes before the end of the file; the CRC32C is over all of them without
/// itself, and over where they belong. All of it can be made again from the frames.
record Footer(SegmentContent content, SegmentIndex index) {
  private static final long MAGIC_VALUE = 0x544F4F4645444954L;
  private static final int INDEX_COUNT = 8;
  private static final int CHECKSUM = 12;
  private static final int END_POSITION = 16;
  private static final int LAST_LSN = 24;
  private static final int LAST_EPOCH = 32;
  private static final int LAST_CHECKSUM = 40;
  private static final int EPOCH_COUNT = 44;
  private static final int LAST_TIME = 48;
  private static final int BATCHES = 56;
  private static final int RECORDS = 64;
  private static final int EPOCHS = 72;
  private static final int EPOCH_BYTES = 16;
  private static final int ENTRY_BYTES = 24;
  private static final int BLOCK_BYTES = 4096;

  /// A segment with so many epochs is full, whatever room it has.
  static final int MAX_EPOCHS = 64;

  /// What a footer takes in a segment of `segmentBytes` whose index notes every `strideBytes`.
  static int bytes(long segmentBytes, int strideBytes) {
    long entries = segmentBytes / strideBytes + 1;
    long bytes = EPOCHS + (long) MAX_EPOCHS * EPOCH_BYTES + entries * ENTRY_BYTES;
    return Math.toIntExact((bytes + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES);
  }

  static int leastBytes() {
    return BLOCK_BYTES;
  }

  /// The footer of a segment with `header`, in memory that may be written past the page cache.
  ByteBuffer encode(SegmentHeader header) {
    ByteBuffer memory = ByteBuffer.allocateDirect(header.footerBytes() + BLOCK_BYTES);
    ByteBuffer block =
        littleEndian(memory.alignedSlice(BLOCK_BYTES).slice(0, header.footerBytes()));
    Tail tail = content.tail();
    block.putLong(0, MAGIC_VALUE);
    int step = Math.max(1, Math.ceilDiv(index.size(), roomForEntries(header)));
    block.putInt(INDEX_COUNT, Math.ceilDiv(index.size(), step));
    block.putLong(END_POSITION, content.endPosition());
    block.putLong(LAST_LSN, tail.lastLsn());
    block.putLong(LAST_EPOCH, tail.epoch());
    block.putInt(LAST_CHECKSUM, tail.checksum());
    block.putInt(EPOCH_COUNT, content.epochs().size());
    block.putLong(LAST_TIME, tail.timeMicros());
    block.putLong(BATCHES, content.batches());
    block.putLong(RECORDS, content.records());
    block.position(EPOCHS);
    for (EpochStart start : content.epochs()) {
      block.putLong(start.epoch()).putLong(start.lsn());
    }
    for (int i = 0; i < index.size(); i += step) {
      block.putLong(index.lsn(i)).putLong(index.timeMicros(i)).putLong(index.position(i));
    }
    block.clear();
    block.putInt(CHECKSUM, checksum(block, header));
    return block;
  }

  /// The index may have been made for a smaller stride than the file.
  private static int roomForEntries(SegmentHeader header) {
    return (header.footerBytes() - EPOCHS - MAX_EPOCHS * EPOCH_BYTES) / ENTRY_BYTES;
  }

  private static int checksum(ByteBuffer block, SegmentHeader header) {
    ByteBuffer salt = header.salt(header.framesEnd());
    return Crc32c.around(salt, block, 0, CHECKSUM, header.footerBytes());
  }

  /// The footer in `block`, the last bytes of the file with `header`; none if there is none that is
  /// whole.
  static Optional<Footer> decode(ByteBuffer block, SegmentHeader header) {
    littleEndian(block);
    if (block.limit() != header.footerBytes()
        || block.getLong(0) != MAGIC_VALUE
        || block.getInt(CHECKSUM) != checksum(block, header)) {
      return Optional.empty();
    }
    int epochCount = block.getInt(EPOCH_COUNT);
    int indexCount = block.getInt(INDEX_COUNT);
    long bytes = EPOCHS + (long) EPOCH_BYTES * epochCount + (long) ENTRY_BYTES * indexCount;
    if (epochCount < 0 || indexCount < 0 || bytes > header.footerBytes()) {
      return Optional.empty();
    }
    List<EpochStart> epochs = new ArrayList<>(epochCount);
    block.position(EPOCHS);
    for (int i = 0; i < epochCount; i++) {
      epochs.add(new EpochStart(block.getLong(), block.getLong()));
    }
    LongBuffer entries =
        littleEndian(block.slice(block.position(), ENTRY_BYTES * indexCount)).asLongBuffer();
    return Optional.of(new Footer(contentOf(block, epochs), SegmentIndex.stored(entries)));
  }

  private static SegmentContent contentOf(ByteBuffer block, List<EpochStart> epochs) {
    Tail tail =
        new Tail(
            block.getLong(LAST_LSN),
            block.getInt(LAST_CHECKSUM),
            block.getLong(LAST_EPOCH),
            block.getLong(LAST_TIME));
    return new SegmentContent(
        tail, block.getLong(END_POSITION), block.getLong(BATCHES), block.getLong(RECORDS), epochs);
  }
}
