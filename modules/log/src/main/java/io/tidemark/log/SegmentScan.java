package io.tidemark.log;

import io.tidemark.log.BatchRefused.Reason;
import io.tidemark.log.RecoveryFacts.BodyFacts;
import io.tidemark.log.RecoveryFacts.Covering;
import java.util.Optional;
import java.util.OptionalLong;

/// One walk over the frames of a segment file: what it holds, where it stops, and what is behind.
///
/// It decides nothing and changes nothing.
final class SegmentScan {
  private final FrameWindow window;
  private final SegmentHeader header;
  private final SegmentIndex index;
  private final Body body = new Body();
  private SegmentContent content;
  private long position = SegmentHeader.framesAt();
  private long lastMarkPosition = SegmentHeader.framesAt();
  private long syncedThrough;
  private String found = "";
  private boolean unknownKind;

  private SegmentScan(FrameWindow window, SegmentHeader header, LogConfig config) {
    this.window = window;
    this.header = header;
    this.index = new SegmentIndex(config.indexStrideBytes());
    this.content = SegmentContent.emptyAfter(header.previous());
  }

  /// Walks until the end of the written part, the first bytes that are not the next batch, or the
  /// batch with LSN `untilLsn`, whatever comes first.
  static SegmentScan of(FrameWindow window, SegmentHeader header, LogConfig config, long untilLsn) {
    SegmentScan scan = new SegmentScan(window, header, config);
    while (scan.content.tail().lastLsn() < untilLsn && scan.step()) {
      // each step is one frame
    }
    return scan;
  }

  private boolean step() {
    if (position == header.framesEnd()) {
      return false;
    }
    long word = window.word(position);
    if ((int) word == 0) {
      found =
          position > content.endPosition() ? "a mark without its batch" : "bytes behind the end";
      return false;
    }
    return word == Mark.FIRST_WORD ? stepMark() : stepBatch();
  }

  private boolean stepMark() {
    int bytes = (int) Math.min(Mark.BYTES, header.framesEnd() - position);
    int at = window.cover(position, bytes);
    Optional<Mark> mark = Mark.decode(window.bytes(), at, header, position);
    if (mark.isEmpty() || mark.get().nextLsn() != content.tail().nextLsn()) {
      found = mark.isEmpty() ? "a mark that is not whole" : "a mark of another place";
      return false;
    }
    position += Mark.BYTES;
    syncedThrough = mark.get().syncedThrough();
    return true;
  }

  private boolean stepBatch() {
    FrameWalk walk = new FrameWalk(header, window, position);
    try {
      walk.next();
      walk.checkBody();
      found = walk.refusalAfter(content.tail());
      if (found.isEmpty()) {
        RecordWalk records = body.of(walk.bytes(), walk.at());
        while (records.next()) {
          // to see that they are there is enough
        }
        take(walk);
      }
      return found.isEmpty();
    } catch (BatchRefused e) {
      found = e.getMessage();
      unknownKind = e.reason() == Reason.UNKNOWN_KIND;
      return false;
    }
  }

  private void take(FrameWalk walk) {
    if (position > content.endPosition() && syncedThrough == content.tail().lastLsn()) {
      lastMarkPosition = content.endPosition();
    }
    index.add(walk.baseLsn(), walk.timeMicros(), position);
    position = walk.endPosition();
    content = content.with(walk.tail(), walk.recordCount(), position);
  }

  /// All that recovery decides on. Looks at every aligned position behind the last whole batch.
  ///
  /// @param until where it stops to look
  /// @param evidence what the segment says elsewhere was synced
  BodyFacts facts(long until, Covering evidence) {
    long end = content.endPosition();
    long dirtyEnd = end;
    Optional<Covering> covering = Optional.empty();
    for (long at = skipZeros(end, until); at < until; at = skipZeros(at + Long.BYTES, until)) {
      dirtyEnd = at + Long.BYTES;
      covering = covering.isPresent() ? covering : coveringMark(at);
    }
    if (covering.isEmpty() && evidence.syncedThrough() > content.tail().lastLsn()) {
      covering = Optional.of(evidence);
    }
    if (covering.isEmpty()) {
      covering = spoilt(until);
    }
    String what = dirtyEnd > end || covering.isPresent() ? found : "";
    return new BodyFacts(content, dirtyEnd - end, what, unknownKind, covering);
  }

  /// The first position from `from` on, a multiple of 8, at which the eight bytes are not zero.
  private long skipZeros(long from, long until) {
    long at = from;
    while (at < until) {
      int bytes = (int) Math.min(FrameWindow.ZEROS_BYTES, until - at);
      int zeros = window.zeros(window.cover(at, bytes), bytes);
      if (zeros < bytes) {
        return at + (zeros & -Long.BYTES);
      }
      at += bytes;
    }
    return at;
  }

  /// The facts when only the part up to the LSN given to [#of] counts.
  BodyFacts factsUpToHere() {
    return new BodyFacts(content, 0, "", false, Optional.empty());
  }

  /// What cannot be read behind the end may have been synced. Not if the next frame is not there at
  /// all: then nothing behind it is.
  private Optional<Covering> spoilt(long until) {
    OptionalLong at = window.spoiltFrom(position);
    boolean isFrame = position + Long.BYTES <= until && window.word(position) != 0;
    if (at.isEmpty() || !isFrame) {
      return Optional.empty();
    }
    long nextLsn = content.tail().nextLsn();
    return Optional.of(new Covering("block that cannot be read", at.getAsLong(), nextLsn));
  }

  private Optional<Covering> coveringMark(long position) {
    int bytes = (int) Math.min(Mark.BYTES, header.segmentBytes() - position);
    int at = window.cover(position, bytes);
    return Mark.decode(window.bytes(), at, header, position)
        .filter(mark -> mark.syncedThrough() > content.tail().lastLsn())
        .map(mark -> new Covering("mark", position, mark.syncedThrough()));
  }

  SegmentContent content() {
    return content;
  }

  /// Where the last mark stands that says that all in front of it was synced; what follows may
  /// never have been.
  ///
  /// Crash story: past the page cache every write begins with a mark, also without a sync since the
  /// one before. Only what followed the last of them was written once more when the log was opened;
  /// what was between them had been lost in a failed sync, and was said to be durable.
  long lastMarkPosition() {
    return lastMarkPosition;
  }

  SegmentIndex index() {
    return index;
  }
}
