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

  /// Goes to the next record; false behind the last, or where there is none: see [#wrong].
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
    flags = (int) (word >>> 48);
    payloadBytes = (int) word;
    int head = (flags & KEYED) == 0 ? 8 : 16;
    long bytes = head + (word & 0xFFFF_FFFFL);
    long aligned = (bytes + 7) & -8L;
    if ((flags & ~(OPTIONAL | KEYED)) != 0 || (word >>> 32 & 0xFFFF) == 0 || aligned > end - next) {
      wrong = "a record that begins " + Layout.hex(word) + " where " + (end - next) + " bytes are";
      return false;
    }
    int padding = (int) (aligned - bytes);
    if (padding > 0 && body.getLong(next + (int) aligned - 8) >>> (8 * (8 - padding)) != 0) {
      wrong = "record " + nextLsn + " with padding that is not zero";
      return false;
    }
    at = next;
    next += (int) aligned;
    left--;
    nextLsn++;
    return true;
  }

  /// Why the records are not as they must be; empty if they are.
  String wrong() {
    return wrong;
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
