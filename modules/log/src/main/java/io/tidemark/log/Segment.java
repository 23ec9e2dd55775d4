package io.tidemark.log;

import io.tidemark.foundation.Check;
import io.tidemark.log.BatchRefused.Reason;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;

/// One segment file, open.
///
/// The log's one writing thread appends, zeroes and closes; any thread reads batches the log has
/// published.
final class Segment implements AutoCloseable {
  private static final int READ_WINDOW_BYTES = 4096;
  private static final int ZEROS_BYTES = 1 << 18;

  private final SegmentHeader header;
  private final StoredFile file;
  private final SparseIndex index;
  private long endPosition;

  Segment(SegmentHeader header, StoredFile file, SparseIndex index, long endPosition) {
    this.header = header;
    this.file = file;
    this.index = index;
    this.endPosition = endPosition;
  }

  SegmentHeader header() {
    return header;
  }

  /// Where the next frame goes. For the writing thread.
  long endPosition() {
    return endPosition;
  }

  long roomBytes() {
    return header.segmentBytes() - endPosition;
  }

  /// Writes the frames that remain in `frames` behind the last one.
  void write(ByteBuffer frames) {
    int bytes = frames.remaining();
    file.write(frames, endPosition);
    endPosition += bytes;
  }

  void noteBatch(long baseLsn, long position) {
    index.add(baseLsn, position);
  }

  void sync() {
    file.sync();
  }

  /// Makes `position` the end and writes zeros from there to the end of the file; not synced.
  void zeroFrom(long position, long lastLsn) {
    index.truncateAfter(lastLsn);
    endPosition = position;
    ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(ZEROS_BYTES, roomBytes()));
    for (long at = position; at < header.segmentBytes(); at += zeros.capacity()) {
      zeros.clear().limit((int) Math.min(zeros.capacity(), header.segmentBytes() - at));
      file.write(zeros, at);
    }
  }

  /// What the file holds from `position` to the end of the last batch, with how to put it back.
  TailCopy copyFrom(long position) {
    ByteBuffer copy = ByteBuffer.allocate(Math.toIntExact(endPosition - position));
    int found = file.read(copy, position);
    Check.that(found == copy.capacity(), "read %d bytes of %d", found, copy.capacity());
    return new TailCopy(
        header.logId(), header.partition(), header.baseLsn(), position, copy.flip());
  }

  /// Writes `copy` where it was taken from; not synced.
  void putBack(TailCopy copy) {
    file.write(copy.bytes().duplicate(), copy.position());
  }

  /// A batch and where it is.
  record Located(Batch batch, long position) {
    long endPosition() {
      return position + batch.sizeBytes();
    }
  }

  /// The batch that contains `lsn`, which is in this segment; [LogDamagedException] if it is not
  /// found whole.
  Located read(long lsn) {
    FrameWindow window = new FrameWindow(file, header.segmentBytes(), READ_WINDOW_BYTES);
    long position = index.positionBefore(lsn, SegmentHeader.HEADER_BYTES);
    try {
      while (true) {
        if (position >= header.segmentBytes()) {
          throw new BatchRefused(Reason.LENGTH, "the end of the file");
        }
        if (window.word(position) == Mark.FIRST_WORD) {
          position += Mark.BYTES;
          continue;
        }
        int room = (int) Math.min(LogConfig.MAX_BATCH_BYTES, header.segmentBytes() - position);
        ByteBuffer head = window.at(position, Math.min(room, BatchFormat.HEADER_BYTES));
        int length = BatchFormat.checkHeader(head, room);
        long baseLsn = head.getLong(BatchFormat.BASE_LSN);
        if (baseLsn + head.getInt(BatchFormat.RECORD_COUNT) > lsn) {
          return new Located(wanted(lsn, window.at(position, length)), position);
        }
        position += length;
      }
    } catch (BatchRefused e) {
      throw new LogDamagedException(
          RecoveryCase.DAMAGED_BATCH, header.fileName(), position, lsn, e.getMessage());
    }
  }

  private static Batch wanted(long lsn, ByteBuffer frame) {
    Batch batch = Batch.decode(frame, LogConfig.MAX_BATCH_BYTES);
    if (batch.baseLsn() > lsn) {
      throw new BatchRefused(Reason.HEADER_FIELD, "a batch from LSN %d", batch.baseLsn());
    }
    return batch;
  }

  @Override
  public void close() {
    file.close();
  }
}
