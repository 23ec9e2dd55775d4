package io.tidemark.log;

import java.util.ArrayList;
import java.util.List;

/// What the frames of a segment come to.
///
/// @param tail after its last batch
/// @param endPosition where the next frame goes
/// @param epochs the batches in it that begin an epoch, or continue one from the segment before
record SegmentContent(
    Tail tail, long endPosition, long batches, long records, List<EpochStart> epochs) {
  /// That the batch from `lsn` on is the first of `epoch` in its segment.
  record EpochStart(long epoch, long lsn) {}

  SegmentContent {
    epochs = List.copyOf(epochs);
  }

  static SegmentContent emptyAfter(Tail previous) {
    return new SegmentContent(previous, SegmentHeader.framesAt(), 0, 0, List.of());
  }

  /// With one more batch, behind which the next frame goes to `end`.
  SegmentContent with(Tail after, long count, long end) {
    boolean begins = epochs.isEmpty() || epochs.getLast().epoch() != after.epoch();
    List<EpochStart> starts = epochs;
    if (begins) {
      starts = new ArrayList<>(epochs);
      starts.add(new EpochStart(after.epoch(), after.lastLsn() - count + 1));
    }
    return new SegmentContent(after, end, batches + 1, records + count, starts);
  }
}
