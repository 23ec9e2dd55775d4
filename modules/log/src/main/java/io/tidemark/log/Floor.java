package io.tidemark.log;

import static io.tidemark.log.BatchFormat.littleEndian;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What may have been trimmed, and who forbids to trim more; kept in a file of its own.
///
/// ```
///   0                 8        12       16                24                32       36       40
///   ├─────────────────┼────────┼────────┼─────────────────┼─────────────────┼────────┼────────┤
///   │   "TIDEFLOR"    │version │ CRC32C │     log id      │      floor      │ parti- │ holder │
///   │                 │        │        │                 │                 │ tion   │ count  │
///   ├─────────────────┼────────┼────────┴─────────────────┴─────────────────┴────────┴────────┤
///   │    held LSN     │  name  │ name in UTF-8, zeros to a multiple of 8;  per holder          │
///   │                 │ length │                                                               │
///   └─────────────────┴────────┴───────────────────────────────────────────────────────────────┘
/// ```
///
/// The floor is durable before the first segment below it is deleted: so a segment that is missing
/// below it was trimmed, and one that is missing above it was lost.
///
/// Crash story: a log came up, nobody had told it yet what its readers still needed, and retention
/// deleted it. So a holder is in this file from the moment it is registered until it lets go. The
/// LSN it holds here may be older than the true one, which only keeps more.
///
/// @param floor records below this LSN may be gone; 1 if nothing was ever trimmed
/// @param holders the lowest LSN each of them needs, by name
record Floor(long logId, int partition, long floor, Map<String, Long> holders) {
  static final String FILE = "floor";

  /// A name is at most this long, in UTF-8.
  static final int MAX_NAME_BYTES = 255;

  static final int MAX_HOLDERS = 1024;
  static final int MAX_BYTES = 40 + MAX_HOLDERS * (16 + MAX_NAME_BYTES + 1);

  private static final long MAGIC_VALUE = 0x524F4C4645444954L;
  private static final int VERSION_AT = 8;
  private static final int CRC = 12;
  private static final int LOG_ID = 16;
  private static final int FLOOR = 24;
  private static final int PARTITION = 32;
  private static final int COUNT = 36;
  private static final int HOLDERS = 40;

  Floor {
    holders = Map.copyOf(holders);
  }

  static Floor none(LogConfig config) {
    return new Floor(config.logId(), config.partition(), 1, Map.of());
  }

  Floor at(long lsn) {
    return new Floor(logId, partition, lsn, holders);
  }

  Floor with(Map<String, Long> others) {
    return new Floor(logId, partition, floor, others);
  }

  ByteBuffer encode() {
    ByteBuffer block = littleEndian(ByteBuffer.allocate(MAX_BYTES));
    block.putLong(0, MAGIC_VALUE);
    block.putInt(VERSION_AT, SegmentHeader.VERSION);
    block.putLong(LOG_ID, logId);
    block.putLong(FLOOR, floor);
    block.putInt(PARTITION, partition);
    block.putInt(COUNT, holders.size());
    block.position(HOLDERS);
    new TreeMap<>(holders)
        .forEach(
            (name, lsn) -> {
              byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
              block.putLong(lsn).putInt(bytes.length).put(bytes);
              block.position((int) RecordFormat.align(block.position()));
            });
    block.flip();
    block.putInt(CRC, Crc32c.around(block, 0, CRC, block.limit()));
    return block;
  }

  /// The floor in `block`, the content of a whole file; none if it is damaged.
  static Optional<Floor> decode(ByteBuffer block) {
    littleEndian(block);
    if (block.limit() < HOLDERS
        || block.getLong(0) != MAGIC_VALUE
        || block.getInt(VERSION_AT) != SegmentHeader.VERSION
        || block.getInt(CRC) != Crc32c.around(block, 0, CRC, block.limit())
        || block.getInt(COUNT) < 0
        || block.getInt(COUNT) > MAX_HOLDERS) {
      return Optional.empty();
    }
    Map<String, Long> holders = new TreeMap<>();
    block.position(HOLDERS);
    for (int i = 0; i < block.getInt(COUNT); i++) {
      if (block.remaining() < Long.BYTES + Integer.BYTES) {
        return Optional.empty();
      }
      long lsn = block.getLong();
      int length = block.getInt();
      if (length < 0 || length > Math.min(MAX_NAME_BYTES, block.remaining())) {
        return Optional.empty();
      }
      byte[] name = new byte[length];
      block.get(name);
      holders.put(new String(name, StandardCharsets.UTF_8), lsn);
      block.position((int) Math.min(RecordFormat.align(block.position()), block.limit()));
    }
    return Optional.of(
        new Floor(block.getLong(LOG_ID), block.getInt(PARTITION), block.getLong(FLOOR), holders));
  }
}
