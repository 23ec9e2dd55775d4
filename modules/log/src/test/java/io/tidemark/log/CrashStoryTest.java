package io.tidemark.log;

import static io.tidemark.log.Play.append;
import static io.tidemark.log.Play.failSyncAndKill;
import static io.tidemark.log.Play.sync;
import static io.tidemark.log.Play.trimBelow;
import static io.tidemark.log.Play.truncate;

import io.tidemark.storage.Access;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the enumeration of crash states found, as small as it gets.
final class CrashStoryTest {
  private static void everyState(LogConfig config, Play.Step... steps) {
    new CrashStates(Log::open).of(new Scripts("a story", config, List.of(steps)));
  }

  /// The oldest segments had been trimmed, then all was truncated, and the power went before that
  /// was done: the log began afresh, and gave its LSNs out again.
  @Test
  void aTrimmedLogThatIsTruncatedToNothingKeepsItsPlace() {
    everyState(
        Scripts.CONFIG, append(3, 1800), sync(), trimBelow(3), truncate(9), append(1, 30), sync());
  }

  /// Two writes, one sync that failed, a kill: only the later write was made durable on opening,
  /// and both were said to be.
  @Test
  void whatAFailedSyncLostIsWrittenAgainPastThePageCacheToo() {
    everyState(
        Scripts.CONFIG.withAccess(Access.DIRECT),
        append(1, 100),
        append(1, 100),
        append(1, 100),
        failSyncAndKill());
  }
}
