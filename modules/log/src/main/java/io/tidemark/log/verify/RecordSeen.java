package io.tidemark.log.verify;

import java.nio.ByteBuffer;

/// Goes over the records of a body, and checks each as it comes. One thread; used again for the
/// next body; allocates nothing for a record that is as it must be.
public final class RecordSeen {
  private static final int OPTIONAL = 1;
  private static final int KEYED = 2;

  private ByteBuffer body = ByteBuffer.allocate(0);
  private int next;
  private int end;
  private int left;
  private long nextLsn;
  private int at;
  private int payloadBytes;
  private int flags;
  private String wrong = "";

  RecordSeen over(ByteBuffer bytes, int from, int to, long baseLsn, int count) {
    body = bytes;
    next = from;
    end = to;
    left = count;
    nextLsn = baseLsn;
    wrong = "";
    return this;
  }

  /// Goes to the next record; false behind the last, or where there is none: see [#check].
  public boolean next() {
    if (left == 0) {
      wrong = next == end ? "" : (end - next) + " bytes after the last record";
      return false;
    }
    if (end - next < Long.BYTES) {
      wrong = left + " records missing at the end of the body";
      return false;
    }
    long word = body.getLong(next);
    long aligned = alignedBytes(word);
    if (!isKnown(word) || aligned > end - next) {
      wrong = "a record that begins " + Layout.hex(word) + " where " + (end - next) + " bytes are";
      return false;
    }
    if (!endsWithZeros(body, word, next + (int) aligned)) {
      wrong = "record " + nextLsn + " with padding that is not zero";
      return false;
    }
    flags = (int) (word >>> 48);
    payloadBytes = (int) word;
    at = next;
    next += (int) aligned;
    left--;
    nextLsn++;
    return true;
  }

  /// Why the records are not as they must be; empty if they are. Nothing is left to go over then.
  String check() {
    if (!areSound()) {
      while (next()) {
        // the one that is wrong says why
      }
    }
    return wrong;
  }

  /// Whether what is wrong is a flag that this release does not know.
  boolean isOfLaterRelease() {
    return end - next >= Long.BYTES && left > 0 && body.getLong(next) >>> 50 != 0;
  }

  /// [#next] to the end, without a field in the loop: with small records the time goes here.
  private boolean areSound() {
    ByteBuffer bytes = body;
    int to = end;
    int from = next;
    for (int i = left; i > 0; i--) {
      if (to - from < Long.BYTES) {
        return false;
      }
      long word = bytes.getLong(from);
      long aligned = alignedBytes(word);
      if (!isKnown(word) || aligned > to - from) {
        return false;
      }
      from += (int) aligned;
      if (!endsWithZeros(bytes, word, from)) {
        return false;
      }
    }
    return from == to;
  }

  private static boolean isKnown(long word) {
    return word >>> 50 == 0 && (word >>> 32 & 0xFFFF) != 0;
  }

  private static long unalignedBytes(long word) {
    return 8 + ((word >>> 48 & KEYED) << 2) + (word & 0xFFFF_FFFFL);
  }

  private static long alignedBytes(long word) {
    return (unalignedBytes(word) + 7) & -8L;
  }

  private static boolean endsWithZeros(ByteBuffer bytes, long word, int to) {
    int padding = (int) -unalignedBytes(word) & 7;
    return padding == 0 || bytes.getLong(to - 8) >>> (64 - 8 * padding) == 0;
  }

  /// The LSN of this record.
  public long lsn() {
    return nextLsn - 1;
  }

  /// Its type, 1 to 65535.
  public int type() {
    return Short.toUnsignedInt(body.getShort(at + 4));
  }

  /// Whether a reader that does not know the type may skip it.
  public boolean optional() {
    return (flags & OPTIONAL) != 0;
  }

  /// Whether it belongs to a stream.
  public boolean keyed() {
    return (flags & KEYED) != 0;
  }

  /// The stream; only where [#keyed].
  public long key() {
    return body.getLong(at + 8);
  }

  /// The length of the payload.
  public int payloadBytes() {
    return payloadBytes;
  }

  /// The payload: valid until the visitor returns.
  public ByteBuffer payload() {
    return body.slice(at + (keyed() ? 16 : 8), payloadBytes).asReadOnlyBuffer();
  }
}
