package io.tidemark.log;

import io.tidemark.log.BatchRefused.Reason;
import java.nio.ByteBuffer;

/// Walks over the batches of one segment file. It checks each header, skips marks, and leaves
/// bodies alone until [#checkBody].
///
/// One thread, and nobody else moves the window between [#next] and the last question about the
/// batch. The caller knows from elsewhere that there is a next batch, and asks no further.
final class FrameWalk {
  private final SegmentHeader header;
  private final FrameWindow window;
  private long position;
  private long endPosition;
  private int at;
  private int length;

  /// Begins at `position`, where a frame begins.
  FrameWalk(SegmentHeader header, FrameWindow window, long position) {
    this.header = header;
    this.window = window;
    this.position = position;
    this.endPosition = position;
  }

  /// Goes to the next batch; [BatchRefused] if what is there is none.
  void next() {
    // Not the block after it: a batch that a walk begins with may stand behind a mark, within one.
    position = endPosition;
    skipMark();
    int room = (int) Math.min(LogConfig.MAX_BATCH_BYTES, header.framesEnd() - position);
    at = window.cover(position, Math.min(room, BatchFormat.HEADER_BYTES));
    length = BatchFormat.checkHeader(window.bytes(), at, room);
    endPosition = header.blockAfter(position + length);
  }

  private void skipMark() {
    if (position + Mark.BYTES <= header.framesEnd() && window.word(position) == Mark.FIRST_WORD) {
      position += Mark.BYTES;
    }
    if (position >= header.framesEnd()) {
      throw new BatchRefused(Reason.LENGTH, "the end of the frames at %d", header.framesEnd());
    }
  }

  /// Checks the body of the batch, all but whether its records fill it, and that zeros fill the
  /// rest of its block.
  void checkBody() {
    at = window.cover(position, (int) (endPosition - position));
    BatchFormat.checkBody(window.bytes(), at);
    int rest = (int) (endPosition - position) - length;
    if (window.zeros(at + length, rest) < rest) {
      throw new BatchRefused(Reason.PADDING, "%d bytes to the block are not zeros", rest);
    }
  }

  /// A copy of the batch, checked as a whole.
  Batch copy() {
    at = window.cover(position, length);
    ByteBuffer copy = BatchFormat.littleEndian(ByteBuffer.allocate(length));
    copy.put(window.bytes().slice(at, length)).flip();
    BatchFormat.checkHeader(copy, 0, length);
    BatchFormat.checkBody(copy, 0);
    return Batch.ofChecked(copy);
  }

  /// The buffer that holds the batch, until the next call of [#next].
  ByteBuffer bytes() {
    return window.bytes();
  }

  /// Where in [#bytes] it begins.
  int at() {
    return at;
  }

  /// Where in the file it begins, or where what was refused does.
  long position() {
    return position;
  }

  /// Where the next frame begins.
  long endPosition() {
    return endPosition;
  }

  long baseLsn() {
    return bytes().getLong(at + BatchFormat.BASE_LSN);
  }

  int recordCount() {
    return bytes().getInt(at + BatchFormat.RECORD_COUNT);
  }

  long lastLsn() {
    return baseLsn() + recordCount() - 1;
  }

  long epoch() {
    return bytes().getLong(at + BatchFormat.EPOCH);
  }

  long timeMicros() {
    return bytes().getLong(at + BatchFormat.TIME_MICROS);
  }

  boolean stamped() {
    return BatchFormat.isStamped(bytes(), at);
  }

  int checksum() {
    return bytes().getInt(at + BatchFormat.HEADER_CHECKSUM);
  }

  int previousChecksum() {
    return bytes().getInt(at + BatchFormat.PREVIOUS_CHECKSUM);
  }

  Tail tail() {
    return new Tail(lastLsn(), checksum(), epoch(), timeMicros());
  }

  /// Why this batch does not come next after `tail`; empty if it does.
  String refusalAfter(Tail tail) {
    return tail.refusal(baseLsn(), previousChecksum(), epoch(), timeMicros());
  }
}
