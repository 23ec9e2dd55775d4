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

  /// `waiting` appended again what is in the log already, as number `lsn`, and is to be answered
  /// like who appended it first. Returns whether it waits for a sync.
  boolean repeated(Waiting waiting, long lsn);

  /// Synced up to `lsn`.
  void synced(long lsn);

  /// Of batches that were received, those behind record `lastLsn` were dropped: there is no room
  /// for them. Whoever gives no batches is not told.
  default void notReceived(long lastLsn) {}

  /// There is no room on the disk; the writer refuses what comes, and looks for room by itself.
  void readOnly(String reason);
}
