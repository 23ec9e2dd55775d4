package io.tidemark.log;

import io.tidemark.log.BatchRefused.Reason;
import io.tidemark.log.RecoveryFacts.BodyFacts;
import io.tidemark.log.RecoveryFacts.CoveringMark;
import io.tidemark.storage.StoredFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One walk over the frames of a segment file: what it holds, where it stops, and what is behind.
///
/// It decides nothing and changes nothing.
final class SegmentScan {
  /// That the batch from `lsn` on is the first of `epoch` in its segment.
  record EpochStart(long epoch, long lsn) {}

  private static final int WINDOW_BYTES = 1 << 18;

  private final FrameWindow window;
  private final SegmentHeader header;
  private final List<EpochStart> epochs = new ArrayList<>();
  private final SparseIndex index;
  private Tail tail;
  private long batches;
  private long records;
  private long position = SegmentHeader.HEADER_BYTES;
  private long endPosition = SegmentHeader.HEADER_BYTES;
  private long lastMarkPosition = SegmentHeader.HEADER_BYTES;
  private String found = "";
  private boolean unknownKind;

  private SegmentScan(StoredFile file, SegmentHeader header, LogConfig config) {
    this.window =
        new FrameWindow(
            file, header.segmentBytes(), (int) Math.min(WINDOW_BYTES, header.segmentBytes()));
    this.header = header;
    this.index = new SparseIndex(config.indexStrideBytes(), config.maxIndexEntries());
    this.tail = header.previous();
  }

  /// Walks until the end of the written part, the first bytes that are not the next batch, or the
  /// batch with LSN `untilLsn`, whatever comes first.
  static SegmentScan of(StoredFile file, SegmentHeader header, LogConfig config, long untilLsn) {
    SegmentScan scan = new SegmentScan(file, header, config);
    while (scan.tail.lastLsn() < untilLsn && scan.step()) {
      // each step is one frame
    }
    return scan;
  }

  private boolean step() {
    if (position == header.segmentBytes()) {
      return false;
    }
    long word = window.word(position);
    if ((int) word == 0) {
      found = position > endPosition ? "a mark without its batch" : "bytes behind the end";
      return false;
    }
    return word == Mark.FIRST_WORD ? stepMark() : stepBatch();
  }

  private boolean stepMark() {
    int bytes = (int) Math.min(Mark.BYTES, header.segmentBytes() - position);
    Optional<Mark> mark = Mark.decode(window.at(position, bytes), header, position);
    if (mark.isEmpty() || mark.get().nextLsn() != tail.nextLsn()) {
      found = mark.isEmpty() ? "a mark that is not whole" : "a mark of another place";
      return false;
    }
    position += Mark.BYTES;
    return true;
  }

  private boolean stepBatch() {
    int room = (int) Math.min(LogConfig.MAX_BATCH_BYTES, header.segmentBytes() - position);
    try {
      int headerBytes = Math.min(room, BatchFormat.HEADER_BYTES);
      int length = BatchFormat.checkHeader(window.at(position, headerBytes), room);
      Batch batch = Batch.view(window.at(position, length), room);
      found = tail.refusal(batch);
      if (found.isEmpty()) {
        take(batch);
      }
      return found.isEmpty();
    } catch (BatchRefused e) {
      found = e.getMessage();
      unknownKind = e.reason() == Reason.UNKNOWN_KIND;
      return false;
    }
  }

  private void take(Batch batch) {
    if (epochs.isEmpty() || epochs.getLast().epoch() != batch.epoch()) {
      epochs.add(new EpochStart(batch.epoch(), batch.baseLsn()));
    }
    if (position > endPosition) {
      lastMarkPosition = endPosition;
    }
    index.add(batch.baseLsn(), position);
    tail = tail.after(batch);
    batches++;
    records += batch.recordCount();
    position += batch.sizeBytes();
    endPosition = position;
  }

  /// All that recovery decides on. Looks at every aligned position behind the last whole batch.
  BodyFacts facts() {
    long dirtyEnd = endPosition;
    Optional<CoveringMark> covering = Optional.empty();
    for (long at = endPosition; at < header.segmentBytes(); at += Long.BYTES) {
      long word = window.word(at);
      if (word != 0) {
        dirtyEnd = at + Long.BYTES;
      }
      if (word == Mark.FIRST_WORD && covering.isEmpty()) {
        covering = coveringMark(at);
      }
    }
    String what = dirtyEnd > endPosition ? found : "";
    return new BodyFacts(tail, endPosition, dirtyEnd - endPosition, what, unknownKind, covering);
  }

  /// The facts when only the part up to the LSN given to [#of] counts.
  BodyFacts factsUpToHere() {
    return new BodyFacts(tail, endPosition, 0, "", false, Optional.empty());
  }

  private Optional<CoveringMark> coveringMark(long at) {
    int bytes = (int) Math.min(Mark.BYTES, header.segmentBytes() - at);
    return Mark.decode(window.at(at, bytes), header, at)
        .filter(mark -> mark.syncedThrough() >= tail.nextLsn())
        .map(mark -> new CoveringMark(at, mark.syncedThrough()));
  }

  Tail tail() {
    return tail;
  }

  long endPosition() {
    return endPosition;
  }

  /// Everything before this was synced when it was written; what follows may never have been.
  long lastMarkPosition() {
    return lastMarkPosition;
  }

  long batches() {
    return batches;
  }

  long records() {
    return records;
  }

  SparseIndex index() {
    return index;
  }

  List<EpochStart> epochs() {
    return epochs;
  }
}
