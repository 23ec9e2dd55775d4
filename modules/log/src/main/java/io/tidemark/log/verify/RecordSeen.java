package io.tidemark.log.verify;

import java.nio.ByteBuffer;

/// Goes over the records of a body, and checks each as it comes. One thread; used again for the
/// next body; allocates nothing for a record that is as it must be.
public final class RecordSeen {
  private static final int OPTIONAL = 1;
  private static final int KEYED = 2;
  private static final int STAMPED = 4;
  private static final int KNOWN_BITS = 3;

  private ByteBuffer body = ByteBuffer.allocate(0);
  private int next;
  private int end;
  private int left;
  private long nextLsn;
  private int at;
  private int payloadBytes;
  private int flags;
  private String wrong = "";
  private long seenWords;

  RecordSeen over(ByteBuffer bytes, int from, int to, long baseLsn, int count) {
    body = bytes;
    next = from;
    end = to;
    left = count;
    nextLsn = baseLsn;
    wrong = "";
    seenWords = 0;
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
    return end - next >= Long.BYTES && left > 0 && body.getLong(next) >>> 48 + KNOWN_BITS != 0;
  }

  /// [#next] to the end, without a field in the loop: with small records the time goes here.
  private boolean areSound() {
    ByteBuffer bytes = body;
    int to = end;
    int from = next;
    long words = 0;
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
      words |= word;
      if (!endsWithZeros(bytes, word, from)) {
        return false;
      }
    }
    seenWords = words;
    return from == to;
  }

  /// After [#check] found nothing wrong: whether a record has a stamp.
  boolean someStamped() {
    return (seenWords >>> 48 & STAMPED) != 0;
  }

  private static boolean isKnown(long word) {
    return word >>> 48 + KNOWN_BITS == 0 && (word >>> 32 & 0xFFFF) != 0;
  }

  private static long unalignedBytes(long word) {
    return 8 + ((word >>> 48 & (KEYED | STAMPED)) << 2) + (word & 0xFFFF_FFFFL);
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

  /// Whether its producer stamped it.
  public boolean stamped() {
    return (flags & STAMPED) != 0;
  }

  /// Who appended it; only where [#stamped].
  public long producer() {
    return body.getLong(at + (keyed() ? 16 : 8));
  }

  /// Which of its producer's records it is; only where [#stamped].
  public long sequence() {
    return body.getLong(at + (keyed() ? 24 : 16));
  }

  /// The length of the payload.
  public int payloadBytes() {
    return payloadBytes;
  }

  /// The payload: valid until the visitor returns.
  public ByteBuffer payload() {
    return body.slice(at + (keyed() ? 16 : 8) + (stamped() ? 16 : 0), payloadBytes)
        .asReadOnlyBuffer();
  }
}
