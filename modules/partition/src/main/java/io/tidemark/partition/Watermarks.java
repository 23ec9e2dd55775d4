package io.tidemark.partition;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// How high one replica's log has come: `appended >= durable >= committed >= applied`.
///
/// One owner moves them up, any thread reads or watches them. A watcher is told *that* something
/// rose, not what: it reads the newest value, so watching conflates by itself and queues nothing.
public final class Watermarks {
  private final Set<Runnable> watchers = ConcurrentHashMap.newKeySet();
  private volatile long first = 1;
  private volatile long appended;
  private volatile long durable;
  private volatile long committed;
  private volatile long applied;
  private volatile long snapshot;
  private volatile boolean ended;

  /// The oldest record still there.
  public long first() {
    return first;
  }

  /// The newest record in the log.
  public long appended() {
    return appended;
  }

  /// Synced here up to this record.
  public long durable() {
    return durable;
  }

  /// Committed, as far as this replica knows.
  public long committed() {
    return committed;
  }

  /// Applied to the state machine of this replica.
  public long applied() {
    return applied;
  }

  /// A snapshot of the state machine of this replica at this record is durable; 0 if there is none.
  public long snapshot() {
    return snapshot;
  }

  /// Where the log starts and ends; the end may go down when an uncommitted tail is truncated.
  ///
  /// The log may be written between the question for one end and for the other: what is durable has
  /// been appended.
  public void log(long firstLsn, long appendedLsn, long durableLsn) {
    first = firstLsn;
    appended = Math.max(appendedLsn, durableLsn);
    durable = durableLsn;
  }

  /// Moves `committed` up.
  public void committed(long lsn) {
    if (lsn > committed) {
      committed = lsn;
      watchers.forEach(Runnable::run);
    }
  }

  /// Moves `applied` up.
  public void applied(long lsn) {
    if (lsn > applied) {
      applied = lsn;
    }
  }

  /// Moves `snapshot` up.
  public void snapshot(long lsn) {
    if (lsn > snapshot) {
      snapshot = lsn;
    }
  }

  /// The log was mended: who waits for what was damaged is told as of a rise.
  public void mended() {
    watchers.forEach(Runnable::run);
  }

  /// Nothing rises any more, because the replica is gone: who watches is told once more.
  public void end() {
    ended = true;
    watchers.forEach(Runnable::run);
  }

  /// Whether nothing rises any more.
  boolean isEnded() {
    return ended;
  }

  /// Calls `watcher`, on the thread that moved it, whenever `committed` rises, when the log was
  /// mended, and at the end. It must not block. Closing the answer ends that. A rise between the
  /// caller's last look and this call is not told: look again after watching.
  public AutoCloseable watchCommitted(Runnable watcher) {
    watchers.add(watcher);
    return () -> watchers.remove(watcher);
  }

  /// How many watch now.
  int watchers() {
    return watchers.size();
  }
}
