package io.tidemark.log;

import io.tidemark.log.BatchRefused.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The bytes of a batch, the same in the leader's file, on the wire and in each follower's file.
///
/// ```
///   0        4        8        12       16                24                32
///   ├────────┼────────┼────────┼────────┼─────────────────┼─────────────────┤
///   │ length │ "BTCH" │ header │ record │    base LSN     │      epoch      │
///   │        │        │ CRC32C │ count  │                 │                 │
///   ├────────┴────────┼────────┼────────┼────────┬───┬────┼────────┬────────┤
///   │   time micros   │  body  │  body  │previous│co-│    │uncompr.│ zeros  │
///   │                 │ length │ CRC32C │checksum│dec│flag│ length │        │
///   ├─────────────────┴────────┴────────┴────────┴───┴────┴────────┴────────┤
///   32                40       44       48       52  54   56       60      64
///   │ body: records ([RecordFormat]), or those compressed, then zeros to 8 n│
///   └───────────────────────────────────────────────────────────────────────┘
/// ```
///
/// Everything is little-endian. `length` is that of the whole frame, padding included. The header's
/// CRC32C is over the header without itself; it is the checksum of the batch, since it covers the
/// body's CRC32C, which is over the body as stored. `previous checksum` is that of the batch
/// before, 0 before the first. The one flag is bit 0, STAMPED: set if, and only if, a record is;
/// who wants to know producers need not look into the bodies of other batches. The other flags and
/// the zeros are room for later releases, and refused by this one: a cipher would take the header
/// as its associated data.
///
/// `time` is hybrid logical time: the wall clock of the leader in microseconds since 1970, or one
/// more than the batch before, whatever is later. So it rises with every batch, whoever leads.
final class BatchFormat {
  static final int HEADER_BYTES = 64;

  static final int LENGTH = 0;
  static final int MAGIC = 4;
  static final int HEADER_CHECKSUM = 8;
  static final int RECORD_COUNT = 12;
  static final int BASE_LSN = 16;
  static final int EPOCH = 24;
  static final int TIME_MICROS = 32;
  static final int BODY_LENGTH = 40;
  static final int BODY_CHECKSUM = 44;
  static final int PREVIOUS_CHECKSUM = 48;
  static final int CODEC = 52;
  static final int FLAGS = 54;
  static final int UNCOMPRESSED_LENGTH = 56;
  static final int RESERVED = 60;

  /// "BTCH" in the order of its bytes.
  static final int MAGIC_VALUE = 0x48435442;

  /// Among the flags: a record of the batch has a [Stamp].
  static final int STAMPED = 1;

  private BatchFormat() {}

  /// The length of a whole frame with a body of `bodyBytes`.
  static long frameBytes(long bodyBytes) {
    return RecordFormat.align(HEADER_BYTES + bodyBytes);
  }

  /// Checks the header at `at` of `frame` and returns the length it gives, which is then known to
  /// be at most `maxBatchBytes`. Whatever follows the header is not looked at.
  static int checkHeader(ByteBuffer frame, int at, int maxBatchBytes) {
    if (frame.limit() - at < HEADER_BYTES) {
      throw new BatchRefused(
          Reason.LENGTH,
          "a batch has at least %d bytes, found %d",
          HEADER_BYTES,
          frame.limit() - at);
    }
    int magic = frame.getInt(at + MAGIC);
    if (magic != MAGIC_VALUE) {
      throw new BatchRefused(Reason.MAGIC, "expected %08x, found %08x", MAGIC_VALUE, magic);
    }
    int computed = Crc32c.around(frame, at, at + HEADER_CHECKSUM, at + HEADER_BYTES);
    int stored = frame.getInt(at + HEADER_CHECKSUM);
    if (computed != stored) {
      throw new BatchRefused(
          Reason.HEADER_CHECKSUM, "the header has checksum %08x, found %08x", computed, stored);
    }
    int length = frame.getInt(at + LENGTH);
    int bodyLength = frame.getInt(at + BODY_LENGTH);
    if (bodyLength < 0 || length != frameBytes(bodyLength)) {
      throw new BatchRefused(
          Reason.HEADER_FIELD, "a body of %d bytes in a frame of %d", bodyLength, length);
    }
    if (length > maxBatchBytes) {
      throw new BatchRefused(
          Reason.LENGTH, "a batch of %d bytes where %d are allowed", length, maxBatchBytes);
    }
    checkNumbers(frame, at);
    return length;
  }

  private static void checkNumbers(ByteBuffer frame, int at) {
    long count = frame.getInt(at + RECORD_COUNT);
    long baseLsn = frame.getLong(at + BASE_LSN);
    if (count < 1 || baseLsn < 1 || baseLsn > Long.MAX_VALUE - count) {
      throw new BatchRefused(Reason.HEADER_FIELD, "%d records from LSN %d", count, baseLsn);
    }
    long epoch = frame.getLong(at + EPOCH);
    long time = frame.getLong(at + TIME_MICROS);
    if (epoch < 0 || time < 0) {
      throw new BatchRefused(Reason.HEADER_FIELD, "epoch %d, time %d", epoch, time);
    }
  }

  /// Checks what follows a header that passed [#checkHeader], but not whether the records fill the
  /// body: see [Records]. The whole batch is there.
  static void checkBody(ByteBuffer frame, int at) {
    int end = at + HEADER_BYTES + frame.getInt(at + BODY_LENGTH);
    int computed = Crc32c.of(frame, at + HEADER_BYTES, end);
    int stored = frame.getInt(at + BODY_CHECKSUM);
    if (computed != stored) {
      throw new BatchRefused(
          Reason.BODY_CHECKSUM, "the body has checksum %08x, found %08x", computed, stored);
    }
    for (int i = end; i < at + frame.getInt(at + LENGTH); i++) {
      if (frame.get(i) != 0) {
        throw new BatchRefused(Reason.PADDING, "%d in the padding", frame.get(i));
      }
    }
    checkKind(frame, at);
  }

  private static void checkKind(ByteBuffer frame, int at) {
    int codec = Short.toUnsignedInt(frame.getShort(at + CODEC));
    int flags = Short.toUnsignedInt(frame.getShort(at + FLAGS));
    int reserved = frame.getInt(at + RESERVED);
    if (!Codec.isKnown(codec) || (flags & ~STAMPED) != 0 || reserved != 0) {
      throw new BatchRefused(
          Reason.UNKNOWN_KIND, "codec %d, flags %04x, reserved %08x", codec, flags, reserved);
    }
    int bodyBytes = frame.getInt(at + BODY_LENGTH);
    int uncompressedBytes = frame.getInt(at + UNCOMPRESSED_LENGTH);
    boolean plausible =
        codec == Codec.NONE.number()
            ? uncompressedBytes == bodyBytes
            : uncompressedBytes > bodyBytes && uncompressedBytes <= LogConfig.MAX_BATCH_BYTES;
    if (!plausible) {
      throw new BatchRefused(
          Reason.HEADER_FIELD,
          "uncompressed length %d of a body of %d bytes with codec %d",
          uncompressedBytes,
          bodyBytes,
          codec);
    }
  }

  static boolean isStamped(ByteBuffer frame, int at) {
    return (frame.getShort(at + FLAGS) & STAMPED) != 0;
  }

  static ByteBuffer littleEndian(ByteBuffer buffer) {
    return buffer.order(ByteOrder.LITTLE_ENDIAN);
  }
}
