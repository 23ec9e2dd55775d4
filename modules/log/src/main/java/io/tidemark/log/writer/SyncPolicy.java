package io.tidemark.log.writer;

import io.tidemark.foundation.Check;
import java.time.Duration;

/// When a writer syncs what nobody waits for: records whose callers were content with `RECEIVED`.
///
/// A record that somebody waits for (`LOCAL` and above) is synced at once, whatever the policy, and
/// with it all before it. So is what a follower receives, and everything at a roll, when leadership
/// ends, and when the writer stops.
public sealed interface SyncPolicy {
  /// After every batch: nothing is lost that a caller was told of, but what was on its way.
  record EveryBatch() implements SyncPolicy {}

  /// At most `delay` after the first record that is not synced: a power cut takes no more than what
  /// came in that time and the time of one sync.
  record AtMost(Duration delay) implements SyncPolicy {
    public AtMost {
      Check.argument(!delay.isNegative() && !delay.isZero(), "a sync every %s", delay);
    }
  }

  /// Whenever the operating system does: a power cut takes what it had not written, commonly half a
  /// minute. A killed process loses nothing.
  record OperatingSystem() implements SyncPolicy {}
}
