package io.tidemark.log.writer;

import io.tidemark.log.BatchBuilder;
import java.time.Duration;
import java.util.List;

/// Who drives a [BatchWriter], and what it is told, in the order in which it happened.
public interface WriterHost {
  /// What a host reminds its writer of.
  enum Reminder {
    SYNC,
    LOOK_FOR_ROOM,
    LOOK_IF_IDLE,
    LOOK_AT_CLAIM,
    TRIM
  }

  /// Microseconds since 1970.
  long wallMicros();

  /// Shall call [BatchWriter#remind] after `delay`, once.
  void remindAfter(Reminder reminder, Duration delay);

  /// The sealed `batch` is in the log, not synced yet; `waiting` are to be answered. Returns
  /// whether somebody waits for the sync.
  boolean appended(BatchBuilder batch, List<Waiting> waiting);

  /// Synced up to `lsn`.
  void synced(long lsn);

  /// There is no room on the disk; the writer refuses what comes, and looks for room by itself.
  void readOnly(String reason);
}
