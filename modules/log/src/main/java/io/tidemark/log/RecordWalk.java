package io.tidemark.log;

import io.tidemark.log.BatchRefused.Reason;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;

/// A walk over the records of one body, checked as it goes: every length is within the body, every
/// flag known, and the counted records fill the body exactly.
///
/// One thread; used again for the next body. Allocates nothing.
final class RecordWalk {
  private ByteBuffer body;
  private int next;
  private int end;
  private int left;
  private long nextLsn;

  private int at;
  private int payloadBytes;

  /// Begins with the `count` records at `from..to-1` of `body`, the first of which is `baseLsn`.
  RecordWalk over(ByteBuffer body, int from, int to, long baseLsn, int count) {
    this.body = body;
    this.next = from;
    this.end = to;
    this.left = count;
    this.nextLsn = baseLsn;
    return this;
  }

  /// Goes to the next record; false behind the last. Throws [BatchRefused] where the bytes are not
  /// records.
  boolean next() {
    if (left == 0) {
      if (next != end) {
        throw new BatchRefused(Reason.RECORDS, "%d bytes after the last record", end - next);
      }
      return false;
    }
    at = next;
    int room = end - at - RecordFormat.RECORD_HEADER_BYTES;
    if (room < 0) {
      throw new BatchRefused(Reason.RECORDS, "%d records missing at the end of the body", left);
    }
    int flags = flags();
    if ((flags & ~RecordFormat.KNOWN_FLAGS) != 0) {
      throw new BatchRefused(Reason.UNKNOWN_KIND, "record flags %04x", flags);
    }
    payloadBytes = body.getInt(at);
    long bytes = payloadBytes < 0 ? Long.MAX_VALUE : RecordFormat.frameBytes(payloadBytes, flags);
    if (bytes > room + RecordFormat.RECORD_HEADER_BYTES) {
      throw new BatchRefused(
          Reason.RECORDS, "a payload of %d bytes where %d remain", payloadBytes, room);
    }
    next = at + (int) bytes;
    left--;
    nextLsn++;
    return true;
  }

  ByteBuffer body() {
    return body;
  }

  long lsn() {
    return nextLsn - 1;
  }

  int type() {
    return Short.toUnsignedInt(body.getShort(at + RecordFormat.TYPE));
  }

  private int flags() {
    return Short.toUnsignedInt(body.getShort(at + RecordFormat.FLAGS));
  }

  boolean optional() {
    return (flags() & RecordFormat.OPTIONAL) != 0;
  }

  boolean keyed() {
    return (flags() & RecordFormat.KEYED) != 0;
  }

  /// The stream key; only where [#keyed].
  long key() {
    return body.getLong(at + RecordFormat.RECORD_HEADER_BYTES);
  }

  boolean stamped() {
    return (flags() & RecordFormat.STAMPED) != 0;
  }

  /// Who appended it; only where [#stamped], and so [#sequence].
  long producer() {
    return body.getLong(at + RecordFormat.stampOffset(flags()));
  }

  long sequence() {
    return body.getLong(at + RecordFormat.stampOffset(flags()) + Long.BYTES);
  }

  int payloadBytes() {
    return payloadBytes;
  }

  /// Where the payload begins in the buffer that was walked over.
  int payloadAt() {
    return at + RecordFormat.payloadOffset(flags());
  }

  /// Shows the stamped ones among those that are left.
  void forEachStamped(StampVisitor visitor) {
    while (next()) {
      if (stamped()) {
        visitor.stamped(lsn(), producer(), sequence());
      }
    }
  }

  RecordView view() {
    return new RecordView(
        lsn(),
        type(),
        optional(),
        keyed() ? OptionalLong.of(key()) : OptionalLong.empty(),
        stamped() ? Optional.of(new Stamp(producer(), sequence())) : Optional.empty(),
        body.slice(payloadAt(), payloadBytes));
  }
}
