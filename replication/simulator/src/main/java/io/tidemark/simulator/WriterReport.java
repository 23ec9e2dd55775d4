package io.tidemark.simulator;

import io.tidemark.log.Batch;
import io.tidemark.simulator.VirtualApplication.State;
import java.util.List;

/// What a [VirtualWriter] tells its owner, in the order in which it happened.
sealed interface WriterReport {
  /// `batch` is in the log, not synced yet; it carries `operations` of producers.
  record Appended(Batch batch, List<Waiter> waiters) implements WriterReport {}

  /// A command to append members was not carried out.
  record MembersNotAppended(long epoch) implements WriterReport {}

  /// Of what was received there was no room for what comes behind `lastLsn`.
  record NotReceived(long lastLsn) implements WriterReport {}

  /// Whether there is room on the disk.
  record Fitness(boolean fit) implements WriterReport {}

  /// Synced up to `lsn`.
  record Synced(long lsn) implements WriterReport {}

  /// The command to stop leading or to truncate is done.
  record Settled(long lastLsn, long durableLsn) implements WriterReport {}

  /// The log begins with `firstLsn` now.
  record Trimmed(long firstLsn) implements WriterReport {}

  /// The log begins anew behind `state`, and ends there.
  record Began(State state) implements WriterReport {}

  /// The command to hold is done in `epoch`: no [Appended] follows.
  record Held(long epoch) implements WriterReport {}

  /// `operation` is record `lsn` and waits for its commit.
  record Waiter(long lsn, long operation) {}
}
