package io.tidemark.log;

import io.tidemark.foundation.Check;
import io.tidemark.storage.Directory;
import io.tidemark.storage.DurableNames;
import java.util.Map;
import java.util.Optional;

/// Begins a log that does not begin with LSN 1: a copy of the later part of another, for restoring
/// and salvage.
public final class LogCopy {
  /// The file beside a log that does not begin with LSN 1 in which is what is known of the
  /// producers of records before it.
  public static final String PRODUCERS_FILE = "producers.base";

  private LogCopy() {}

  /// Makes an empty log in the empty `directory`, whose first record gets LSN `lastLsn + 1`; the
  /// other values are of the batch with `lastLsn`, and all are 0 for a log that begins with LSN 1.
  /// Afterwards [Log#open] opens it.
  ///
  /// The floor comes first: in every moment the directory is refused, or the log.
  public static void begin(
      Directory directory,
      LogConfig config,
      long lastLsn,
      int checksum,
      long epoch,
      long timeMicros) {
    Check.argument(directory.list().isEmpty(), "%s is not empty", directory.describe());
    Tail tail = new Tail(lastLsn, checksum, epoch, timeMicros);
    if (lastLsn > 0) {
      Floor floor = new Floor(config.logId(), config.partition(), tail.nextLsn(), Map.of());
      DurableNames.replace(directory, Floor.FILE, floor.encode());
    }
    NextSegment next = new NextSegment(directory, config, Optional.empty());
    Recovery.create(directory, config, next, 0, tail).close();
  }

  /// The batch of the records in `builder`, at exactly this place of its log.
  public static Batch batch(
      BatchBuilder builder, long baseLsn, long epoch, long timeMicros, int previousChecksum) {
    builder.seal(baseLsn, epoch, timeMicros, previousChecksum);
    return builder.toBatch();
  }
}
