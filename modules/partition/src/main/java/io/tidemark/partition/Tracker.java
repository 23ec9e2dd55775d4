package io.tidemark.partition;

import io.tidemark.log.writer.Refusal;
import io.tidemark.log.writer.Waiting;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/// Tells the user of one appender how far its records have come. The same object goes through the
/// ring beside each of them.
final class Tracker implements Waiting {
  private final AckLevel level;
  private final Consumer<Progress> user;
  private final AtomicBoolean refused = new AtomicBoolean();

  // Of the newest record that was appended; the writer's thread only.
  private long lsn;
  private long epoch;
  private long markedLsn;

  Tracker(AckLevel level, Consumer<Progress> user) {
    this.level = level;
    this.user = user;
  }

  @Override
  public void numbered(long newLsn, long newEpoch) {
    lsn = newLsn;
    epoch = newEpoch;
  }

  /// Whether records came since the last [#mark].
  boolean hasMoved() {
    return lsn != markedLsn;
  }

  /// Stands for all of its records so far.
  Mark mark() {
    markedLsn = lsn;
    return new Mark(level, lsn, epoch, user);
  }

  /// Stands for a record that was appended before, as number `first`, by whomever.
  Mark mark(long first, long ofEpoch) {
    return new Mark(level, first, ofEpoch, user);
  }

  @Override
  public void refused(long fromLsn, Refusal reason, String detail) {
    if (refused.compareAndSet(false, true)) {
      user.accept(new Progress.Refused(fromLsn, reason, detail));
    }
  }

  @Override
  public void unknown(String detail) {
    user.accept(new Progress.Unknown(lsn, detail));
  }

  record Mark(AckLevel level, long lsn, long epoch, Consumer<Progress> user) implements Waiter {
    @Override
    public void acknowledge() {
      user.accept(new Progress.Acknowledged(lsn, epoch, level));
    }

    @Override
    public void unknown(String detail) {
      user.accept(new Progress.Unknown(lsn, detail));
    }
  }
}
