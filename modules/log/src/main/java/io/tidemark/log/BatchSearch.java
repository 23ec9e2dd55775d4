package io.tidemark.log;

import java.nio.ByteBuffer;

/// Looks for whole batches at every place of a file where one may stand, whatever is between them.
///
/// What is found may also be a copy that somebody put into a record; only the chain of checksums
/// tells. One thread.
final class BatchSearch {
  /// What else comes to light.
  interface Sights {
    Sights NONE =
        new Sights() {
          @Override
          public void mark(long position) {}

          @Override
          public void headerOnly(long lastLsn, int checksum) {}
        };

    /// Something that begins as a mark does.
    void mark(long position);

    /// A batch of which only the header is whole.
    void headerOnly(long lastLsn, int checksum);
  }

  private final FrameWindow window;
  private final long end;
  private final Sights sights;
  private final Body body = new Body();
  private long position;
  private int at;
  private int length;

  /// @param from a multiple of 8
  BatchSearch(FrameWindow window, long from, long end, Sights sights) {
    this.window = window;
    this.end = end;
    this.sights = sights;
    this.position = from;
  }

  /// Goes to the next whole batch; false if there is none.
  boolean next() {
    while (position + BatchFormat.HEADER_BYTES <= end) {
      long word = window.word(position);
      if (word >>> Integer.SIZE == BatchFormat.MAGIC_VALUE && isBatch()) {
        position += length;
        return true;
      }
      if (word == Mark.FIRST_WORD) {
        sights.mark(position);
      }
      position += Long.BYTES;
    }
    return false;
  }

  private boolean isBatch() {
    int room = (int) Math.min(LogConfig.MAX_BATCH_BYTES, end - position);
    at = window.cover(position, BatchFormat.HEADER_BYTES);
    try {
      length = BatchFormat.checkHeader(window.bytes(), at, room);
    } catch (BatchRefused e) {
      return false;
    }
    at = window.cover(position, length);
    try {
      BatchFormat.checkBody(window.bytes(), at);
      RecordWalk records = body.of(window.bytes(), at);
      while (records.next()) {
        // to see that they are there is enough
      }
      return true;
    } catch (BatchRefused e) {
      sights.headerOnly(tail().lastLsn(), tail().checksum());
      return false;
    }
  }

  private ByteBuffer bytes() {
    return window.bytes();
  }

  long baseLsn() {
    return bytes().getLong(at + BatchFormat.BASE_LSN);
  }

  int previousChecksum() {
    return bytes().getInt(at + BatchFormat.PREVIOUS_CHECKSUM);
  }

  Tail tail() {
    return new Tail(
        baseLsn() + bytes().getInt(at + BatchFormat.RECORD_COUNT) - 1,
        bytes().getInt(at + BatchFormat.HEADER_CHECKSUM),
        bytes().getLong(at + BatchFormat.EPOCH),
        bytes().getLong(at + BatchFormat.TIME_MICROS));
  }

  /// Whether it comes next after `tail`.
  boolean follows(Tail tail) {
    Tail own = tail();
    return tail.refusal(baseLsn(), previousChecksum(), own.epoch(), own.timeMicros()).isEmpty();
  }

  /// Where the batch begins.
  long batchPosition() {
    return position - length;
  }

  /// Where it ends, and the search goes on.
  long position() {
    return position;
  }

  /// A copy of the batch.
  Batch batch() {
    return Batch.copyOf(bytes(), at, length);
  }
}
