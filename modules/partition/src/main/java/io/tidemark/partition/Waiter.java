package io.tidemark.partition;

import io.tidemark.partition.AppendOutcome.Reason;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.actor.typed.ActorRef;

/// Who waits for the outcome of one record. It gets one, and the room it took is given back then.
///
/// It goes through the ring beside its record. The writer gives it its number before anybody else
/// sees it.
public final class Waiter {
  private final int sizeBytes;
  private final AckLevel level;
  private final Admission admission;
  private final ActorRef<AppendOutcome> replyTo;
  private final AtomicBoolean answered = new AtomicBoolean();
  private long lsn;
  private long epoch;

  Waiter(int sizeBytes, AckLevel level, Admission admission, ActorRef<AppendOutcome> replyTo) {
    this.sizeBytes = sizeBytes;
    this.level = level;
    this.admission = admission;
    this.replyTo = replyTo;
  }

  Waiter numbered(long newLsn, long newEpoch) {
    lsn = newLsn;
    epoch = newEpoch;
    return this;
  }

  public long lsn() {
    return lsn;
  }

  public AckLevel level() {
    return level;
  }

  /// The good end.
  public void acknowledge() {
    answer(new AppendOutcome.Acknowledged(lsn, epoch, level));
  }

  /// The end that nobody knows.
  public void unknown(String detail) {
    answer(new AppendOutcome.Unknown(detail));
  }

  /// The record was surely not appended.
  void refuse(Reason reason, String detail) {
    answer(new AppendOutcome.Refused(reason, detail));
  }

  /// When a ring closes, its producer and the writer may both find that a record was refused.
  private void answer(AppendOutcome outcome) {
    if (answered.compareAndSet(false, true)) {
      admission.release(sizeBytes);
      replyTo.tell(outcome);
    }
  }
}
