package io.tidemark.log;

import static io.tidemark.log.BatchFormat.littleEndian;

import io.tidemark.foundation.Check;
import java.nio.ByteBuffer;
import java.util.Optional;

/// The promise to drop every record and to begin anew behind `tail`, kept in a file of its own
/// until it is done.
///
/// ```
///   0                 8        12       16                24                32
///   ├─────────────────┼────────┼────────┼─────────────────┼─────────────────┤
///   │   "TIDEBEGN"    │version │ CRC32C │     log id      │       LSN       │
///   ├─────────────────┼────────┴────────┼────────┬────────┼────────┬────────┤
///   │      epoch      │      time       │checksum│ parti- │ length │ zeros  │
///   │                 │                 │        │ tion   │        │        │
///   ├─────────────────┴─────────────────┴────────┴────────┴────────┴────────┘
///   │ the new file of producers ...
///   └──────────────────────────────────
///   64
/// ```
///
/// What is known of producers is in it, because it belongs to the new beginning as the tail does: a
/// crash leaves both, or neither.
///
/// @param producers what the file of producers is to hold; empty: there is to be none
record BeginningIntent(long logId, int partition, Tail tail, ByteBuffer producers) {
  static final String FILE = "beginning.intent";
  static final int HEADER_BYTES = 64;

  /// More than a file of producers can have.
  static final int MAX_PRODUCERS_BYTES = (1 << 26) + 4096;

  private static final long MAGIC_VALUE = 0x4E47454245444954L;
  private static final int VERSION_AT = 8;
  private static final int CRC = 12;
  private static final int LOG_ID = 16;
  private static final int LSN = 24;
  private static final int EPOCH = 32;
  private static final int TIME = 40;
  private static final int CHECKSUM = 48;
  private static final int PARTITION = 52;
  private static final int LENGTH = 56;

  static BeginningIntent of(LogConfig config, Tail tail, ByteBuffer producers) {
    Check.argument(isSane(tail), "no log begins behind %s", tail);
    Check.argument(
        producers.remaining() <= MAX_PRODUCERS_BYTES,
        "%d bytes of producers are over the limit of %d",
        producers.remaining(),
        MAX_PRODUCERS_BYTES);
    return new BeginningIntent(config.logId(), config.partition(), tail, producers.slice());
  }

  private static boolean isSane(Tail tail) {
    return tail.lastLsn() > 0
        && tail.lastLsn() < Long.MAX_VALUE
        && tail.epoch() >= 0
        && tail.timeMicros() >= 0;
  }

  ByteBuffer encode() {
    ByteBuffer block = littleEndian(ByteBuffer.allocate(HEADER_BYTES + producers.remaining()));
    block.putLong(0, MAGIC_VALUE);
    block.putInt(VERSION_AT, SegmentHeader.VERSION);
    block.putLong(LOG_ID, logId);
    block.putLong(LSN, tail.lastLsn());
    block.putLong(EPOCH, tail.epoch());
    block.putLong(TIME, tail.timeMicros());
    block.putInt(CHECKSUM, tail.checksum());
    block.putInt(PARTITION, partition);
    block.putInt(LENGTH, producers.remaining());
    block.position(HEADER_BYTES).put(producers.duplicate()).clear();
    block.putInt(CRC, Crc32c.around(block, 0, CRC, block.capacity()));
    return block;
  }

  /// The intent in `block`, the content of a whole file; none if it is damaged.
  static Optional<BeginningIntent> decode(ByteBuffer block) {
    littleEndian(block);
    if (block.limit() < HEADER_BYTES
        || block.getLong(0) != MAGIC_VALUE
        || block.getInt(VERSION_AT) != SegmentHeader.VERSION
        || block.getInt(LENGTH) != block.limit() - HEADER_BYTES
        || block.getInt(CRC) != Crc32c.around(block, 0, CRC, block.limit())) {
      return Optional.empty();
    }
    Tail tail =
        new Tail(
            block.getLong(LSN), block.getInt(CHECKSUM), block.getLong(EPOCH), block.getLong(TIME));
    return Optional.of(
            new BeginningIntent(
                block.getLong(LOG_ID),
                block.getInt(PARTITION),
                tail,
                block.slice(HEADER_BYTES, block.getInt(LENGTH))))
        .filter(intent -> isSane(intent.tail));
  }
}
