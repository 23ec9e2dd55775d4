package io.tidemark.log;

import io.tidemark.storage.Directory;
import io.tidemark.storage.DurableNames;
import java.util.function.LongConsumer;

/// Dropping every record and beginning anew behind a batch that is elsewhere, step by step; each
/// step may be the last before the power goes.
///
/// 1. The intent is written and durable. From here on the log is the new one, now or at the next
///    opening, which looks at nothing else but the floor: all the rest is to go anyway.
/// 2. The floor is where the new log begins; who holds what stays.
/// 3. All that is of the old log is deleted.
/// 4. The new file of producers is there, and the first segment.
/// 5. The intent is deleted.
final class Beginning {
  /// How the names of all files begin that know of producers.
  private static final String PRODUCERS = "producers";

  private Beginning() {}

  /// Step 1.
  static void begin(Directory directory, BeginningIntent intent) {
    DurableNames.replace(directory, BeginningIntent.FILE, intent.encode());
  }

  /// Steps 2 to 5; returns the first segment.
  ///
  /// @param floor makes an LSN the floor, durably
  static Segment finish(
      Directory directory,
      LogConfig config,
      NextSegment next,
      BeginningIntent intent,
      LongConsumer floor) {
    floor.accept(intent.tail().nextLsn());
    for (String name : directory.list()) {
      if (isOfOldLog(name)) {
        directory.delete(name);
      }
    }
    directory.sync();
    if (intent.producers().hasRemaining()) {
      DurableNames.replace(directory, LogCopy.PRODUCERS_FILE, intent.producers());
    }
    Segment first = Recovery.create(directory, config, next, 0, intent.tail());
    try {
      DurableNames.delete(directory, BeginningIntent.FILE);
      return first;
    } catch (RuntimeException e) {
      first.close();
      throw e;
    }
  }

  private static boolean isOfOldLog(String name) {
    return SegmentHeader.isSegmentName(name)
        || name.equals(TruncationIntent.FILE)
        || name.equals(TailCopy.FILE)
        || name.startsWith(PRODUCERS);
  }
}
