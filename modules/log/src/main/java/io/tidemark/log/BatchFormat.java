package io.tidemark.log;

import io.tidemark.foundation.Check;
import io.tidemark.log.BatchRefused.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

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
///   │ body: records, then zeros up to a multiple of 8                       │
///   └───────────────────────────────────────────────────────────────────────┘
///
///   record  │ payload length u32 │ type u16 │ flags u16 │ payload │     flag bit 0: optional
/// ```
///
/// Everything is little-endian. `length` is that of the whole frame, padding included. The header's
/// CRC32C is over the header without itself; it is the checksum of the batch, since it covers the
/// body's CRC32C. `previous checksum` is that of the batch before, 0 before the first.
final class BatchFormat {
  static final int ALIGNMENT_BYTES = 8;
  static final int HEADER_BYTES = 64;
  static final int RECORD_HEADER_BYTES = 8;

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

  private static final int OPTIONAL = 1;

  private BatchFormat() {}

  /// The length of a whole frame with a body of `bodyBytes`.
  static long frameBytes(long bodyBytes) {
    return (HEADER_BYTES + bodyBytes + ALIGNMENT_BYTES - 1) & -ALIGNMENT_BYTES;
  }

  static ByteBuffer encode(
      long baseLsn, long epoch, long timeMicros, int previousChecksum, List<RecordData> records) {
    long bodyBytes = 0;
    for (RecordData record : records) {
      bodyBytes += RECORD_HEADER_BYTES + record.payload().remaining();
    }
    Check.argument(
        frameBytes(bodyBytes) <= LogConfig.MAX_BATCH_BYTES,
        "a batch of %d bytes is over the limit of %d",
        frameBytes(bodyBytes),
        LogConfig.MAX_BATCH_BYTES);
    ByteBuffer frame = littleEndian(ByteBuffer.allocate((int) frameBytes(bodyBytes)));
    putRecords(frame, records);
    frame.putInt(LENGTH, frame.capacity());
    frame.putInt(MAGIC, MAGIC_VALUE);
    frame.putInt(RECORD_COUNT, records.size());
    frame.putLong(BASE_LSN, baseLsn);
    frame.putLong(EPOCH, epoch);
    frame.putLong(TIME_MICROS, timeMicros);
    frame.putInt(BODY_LENGTH, (int) bodyBytes);
    frame.putInt(BODY_CHECKSUM, Crc32c.of(frame, HEADER_BYTES, HEADER_BYTES + (int) bodyBytes));
    frame.putInt(PREVIOUS_CHECKSUM, previousChecksum);
    frame.putInt(UNCOMPRESSED_LENGTH, (int) bodyBytes);
    frame.putInt(HEADER_CHECKSUM, Crc32c.around(frame, HEADER_CHECKSUM, HEADER_BYTES));
    return frame.clear();
  }

  private static void putRecords(ByteBuffer frame, List<RecordData> records) {
    frame.position(HEADER_BYTES);
    for (RecordData record : records) {
      frame.putInt(record.payload().remaining());
      frame.putShort((short) record.type());
      frame.putShort((short) (record.optional() ? OPTIONAL : 0));
      frame.put(record.payload().duplicate());
    }
  }

  /// Checks the header at the start of `frame` and returns the length it gives, which is then known
  /// to be at most `maxBatchBytes`. Whatever follows the header is not looked at.
  static int checkHeader(ByteBuffer frame, int maxBatchBytes) {
    refuseUnless(
        frame.limit() >= HEADER_BYTES,
        Reason.LENGTH,
        "a batch has at least %d bytes, found %d",
        HEADER_BYTES,
        frame.limit());
    int magic = frame.getInt(MAGIC);
    refuseUnless(
        magic == MAGIC_VALUE, Reason.MAGIC, "expected %08x, found %08x", MAGIC_VALUE, magic);
    int computed = Crc32c.around(frame, HEADER_CHECKSUM, HEADER_BYTES);
    int stored = frame.getInt(HEADER_CHECKSUM);
    refuseUnless(
        computed == stored,
        Reason.HEADER_CHECKSUM,
        "the header has checksum %08x, found %08x",
        computed,
        stored);
    int length = frame.getInt(LENGTH);
    int bodyLength = frame.getInt(BODY_LENGTH);
    refuseUnless(
        bodyLength >= 0 && length == frameBytes(bodyLength),
        Reason.HEADER_FIELD,
        "a body of %d bytes in a frame of %d",
        bodyLength,
        length);
    refuseUnless(
        length <= maxBatchBytes,
        Reason.LENGTH,
        "a batch of %d bytes where %d are allowed",
        length,
        maxBatchBytes);
    checkNumbers(frame);
    return length;
  }

  private static void checkNumbers(ByteBuffer frame) {
    long count = frame.getInt(RECORD_COUNT);
    long baseLsn = frame.getLong(BASE_LSN);
    refuseUnless(
        count >= 1 && baseLsn >= 1 && baseLsn <= Long.MAX_VALUE - count,
        Reason.HEADER_FIELD,
        "%d records from LSN %d",
        count,
        baseLsn);
    refuseUnless(
        frame.getLong(EPOCH) >= 0 && frame.getLong(TIME_MICROS) >= 0,
        Reason.HEADER_FIELD,
        "epoch %d, time %d",
        frame.getLong(EPOCH),
        frame.getLong(TIME_MICROS));
  }

  /// Checks what follows a header that passed [#checkHeader]; `frame` holds the whole batch.
  static void checkBody(ByteBuffer frame) {
    int end = HEADER_BYTES + frame.getInt(BODY_LENGTH);
    int computed = Crc32c.of(frame, HEADER_BYTES, end);
    int stored = frame.getInt(BODY_CHECKSUM);
    refuseUnless(
        computed == stored,
        Reason.BODY_CHECKSUM,
        "the body has checksum %08x, found %08x",
        computed,
        stored);
    for (int i = end; i < frame.getInt(LENGTH); i++) {
      refuseUnless(frame.get(i) == 0, Reason.PADDING, "%d in the padding", frame.get(i));
    }
    int codec = Short.toUnsignedInt(frame.getShort(CODEC));
    int flags = Short.toUnsignedInt(frame.getShort(FLAGS));
    refuseUnless(
        codec == 0 && flags == 0 && frame.getInt(RESERVED) == 0,
        Reason.UNKNOWN_KIND,
        "codec %d, flags %04x, reserved %08x, expected zeros",
        codec,
        flags,
        frame.getInt(RESERVED));
    refuseUnless(
        frame.getInt(UNCOMPRESSED_LENGTH) == frame.getInt(BODY_LENGTH),
        Reason.HEADER_FIELD,
        "uncompressed length %d of an uncompressed body of %d bytes",
        frame.getInt(UNCOMPRESSED_LENGTH),
        frame.getInt(BODY_LENGTH));
    checkRecords(frame, end);
  }

  private static void checkRecords(ByteBuffer frame, int end) {
    int position = HEADER_BYTES;
    int count = frame.getInt(RECORD_COUNT);
    for (int i = 0; i < count; i++) {
      int room = end - position - RECORD_HEADER_BYTES;
      refuseUnless(room >= 0, Reason.RECORDS, "%d of %d records, then the end", i, count);
      int payloadBytes = frame.getInt(position);
      refuseUnless(
          payloadBytes >= 0 && payloadBytes <= room,
          Reason.RECORDS,
          "a payload of %d bytes where %d remain",
          payloadBytes,
          room);
      int flags = Short.toUnsignedInt(frame.getShort(position + 6));
      refuseUnless(
          (flags & ~OPTIONAL) == 0, Reason.UNKNOWN_KIND, "record flags %04x unknown", flags);
      position += RECORD_HEADER_BYTES + payloadBytes;
    }
    refuseUnless(
        position == end, Reason.RECORDS, "%d bytes after %d records", end - position, count);
  }

  /// Shows the records of a batch that passed all checks.
  static void forEach(ByteBuffer frame, RecordVisitor visitor) {
    int position = HEADER_BYTES;
    int count = frame.getInt(RECORD_COUNT);
    long baseLsn = frame.getLong(BASE_LSN);
    for (int i = 0; i < count; i++) {
      int payloadBytes = frame.getInt(position);
      int type = Short.toUnsignedInt(frame.getShort(position + 4));
      boolean optional = (frame.getShort(position + 6) & OPTIONAL) != 0;
      visitor.record(
          baseLsn + i, type, optional, frame.slice(position + RECORD_HEADER_BYTES, payloadBytes));
      position += RECORD_HEADER_BYTES + payloadBytes;
    }
  }

  static ByteBuffer littleEndian(ByteBuffer buffer) {
    return buffer.order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void refuseUnless(boolean holds, Reason reason, String format, Object... values) {
    if (!holds) {
      throw new BatchRefused(reason, format, values);
    }
  }
}
