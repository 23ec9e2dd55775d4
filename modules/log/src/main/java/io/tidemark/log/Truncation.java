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
/// 3. In the segment that remains zeros are written from the end of the last batch to the end of
///    the file, so that no old batch or mark is ever found behind new ones; then it is synced.
/// 4. The intent is deleted.
final class Truncation {
  private Truncation() {}

  /// Step 1.
  static void begin(Directory directory, LogConfig config, long lsn, int checksum) {
    TruncationIntent intent =
        new TruncationIntent(config.logId(), config.partition(), lsn, checksum);
    DurableNames.replace(directory, TruncationIntent.FILE, intent.encode());
  }

  /// Steps 2 to 4; returns the segments that remain, of which the last ends at `position`.
  static List<Segment> finish(
      Directory directory, List<Segment> segments, long lsn, long position) {
    List<Segment> kept = new ArrayList<>(segments);
    while (kept.size() > 1 && kept.getLast().header().baseLsn() > lsn) {
      Segment doomed = kept.removeLast();
      DurableNames.delete(directory, doomed.header().fileName());
      doomed.close();
    }
    kept.getLast().zeroFrom(position, lsn);
    kept.getLast().sync();
    DurableNames.delete(directory, TruncationIntent.FILE);
    return kept;
  }
}
