package io.tidemark.log;

import io.tidemark.storage.Directory;
import io.tidemark.storage.DurableNames;
import java.util.ArrayList;
import java.util.List;

/// Dropping the newest records, step by step; each step may be the last before the power goes.
///
/// 1. The intent is written and durable. From here on the truncation happens, now or at the next
///    opening.
/// 2. Segments that begin behind the LSN are deleted, newest first, so that never one is missing
///    between two others.
/// 3. In the segment that remains zeros are written over its notes, and from the end of the last
///    batch to the end of the file, the footer included, so that nothing old is ever found behind
///    new batches; then it is synced. It takes batches again.
/// 4. The intent is deleted.
final class Truncation {
  private Truncation() {}

  /// Step 1.
  static void begin(Directory directory, LogConfig config, Tail end) {
    TruncationIntent intent =
        new TruncationIntent(config.logId(), config.partition(), end.lastLsn(), end.checksum());
    DurableNames.replace(directory, TruncationIntent.FILE, intent.encode());
  }

  /// Steps 2 to 4; returns the segments that remain, of which `last` holds no more than `content`.
  static List<Segment> finish(
      Directory directory, List<Segment> segments, Segment last, SegmentContent content) {
    List<Segment> kept = new ArrayList<>(segments);
    while (kept.getLast() != last) {
      kept.removeLast().delete();
    }
    last.zeroFrom(content);
    last.sync();
    DurableNames.delete(directory, TruncationIntent.FILE);
    return kept;
  }
}
