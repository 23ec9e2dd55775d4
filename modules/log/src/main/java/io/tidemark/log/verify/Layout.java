package io.tidemark.log.verify;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/// The numbers of the format, and the two things done with all of its bytes: checksums, and seeing
/// that they are zero.
final class Layout {
  static final int VERSION = 2;
  static final int BLOCK_BYTES = 4096;
  static final int NOTES_AT = BLOCK_BYTES;
  static final int FRAMES_AT = 2 * BLOCK_BYTES;
  static final long MAX_SEGMENT_BYTES = 1L << 30;
  static final int MAX_BATCH_BYTES = 1 << 28;
  static final int MARK_BYTES = 32;
  static final int BATCH_HEADER_BYTES = 64;
  static final int ALIGNMENT = 8;

  static final long SEGMENT_MAGIC = word("TIDEMARK");
  static final long FOOTER_MAGIC = word("TIDEFOOT");
  static final long FLOOR_MAGIC = word("TIDEFLOR");
  static final long INTENT_MAGIC = word("TIDETRNC");
  static final long BEGINNING_MAGIC = word("TIDEBEGN");
  static final long COPY_MAGIC = word("TIDECOPY");
  static final int BATCH_MAGIC = (int) word("BTCH\0\0\0\0");
  static final int NOTE_MAGIC = (int) word("NOTE\0\0\0\0");
  static final long MARK_WORD = word("\40\0\0\0MARK");

  private static final int ZEROS_BYTES = 1 << 16;
  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(ZEROS_BYTES);

  private Layout() {}

  private static long word(String text) {
    long word = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      word |= (long) text.charAt(i) << (8 * i);
    }
    return word;
  }

  static ByteBuffer littleEndian(ByteBuffer bytes) {
    return bytes.order(ByteOrder.LITTLE_ENDIAN);
  }

  static long align(long bytes, int to) {
    return (bytes + to - 1) & -to;
  }

  /// Of the bytes at `from..to-1`.
  static int crc(ByteBuffer bytes, int from, int to) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.slice(from, to - from));
    return (int) crc.getValue();
  }

  /// Of the same without the four at `hole`.
  static int crcAround(ByteBuffer bytes, int from, int hole, int to) {
    return crcAround(new CRC32C(), bytes, from, hole, to);
  }

  /// Of a frame that belongs to one place only: log, partition, segment and position come first.
  static int crcInPlace(Header of, long place, ByteBuffer bytes, int from, int hole, int to) {
    ByteBuffer belongs = littleEndian(ByteBuffer.allocate(4 * Long.BYTES));
    belongs.putLong(of.logId()).putLong(of.partition()).putLong(of.baseLsn()).putLong(place);
    CRC32C crc = new CRC32C();
    crc.update(belongs.flip());
    return crcAround(crc, bytes, from, hole, to);
  }

  private static int crcAround(CRC32C crc, ByteBuffer bytes, int from, int hole, int to) {
    crc.update(bytes.slice(from, hole - from));
    crc.update(bytes.slice(hole + Integer.BYTES, to - hole - Integer.BYTES));
    return (int) crc.getValue();
  }

  /// The first position in `from..to-1` whose byte is not zero; `to` if there is none.
  static int firstNotZero(ByteBuffer bytes, int from, int to) {
    for (int at = from; at < to; at += ZEROS_BYTES) {
      int length = Math.min(ZEROS_BYTES, to - at);
      int first = bytes.slice(at, length).mismatch(ZEROS.slice(0, length));
      if (first >= 0) {
        return at + first;
      }
    }
    return to;
  }

  /// That the bytes at `from..to-1` are zero, or what they are.
  static void checkZeros(ByteBuffer bytes, int from, int to, Finding.Kind kind, Findings findings) {
    int first = firstNotZero(bytes, from, to);
    if (first < to) {
      findings.add(kind, first, "zeros up to " + to, hex(bytes.get(first)));
    }
  }

  static String hex(byte value) {
    return "%02x".formatted(value);
  }

  static String hex(int value) {
    return "%08x".formatted(value);
  }

  static String hex(long value) {
    return "%016x".formatted(value);
  }
}
