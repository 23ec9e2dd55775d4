package io.tidemark.partition;

import io.tidemark.log.writer.Refusal;
import io.tidemark.log.writer.Waiting;
import io.tidemark.log.writer.WriterHealth;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.apache.pekko.actor.typed.ActorRef;

/// Who waits for the outcome of one append. It gets one, and the room it took is given back then.
///
/// It goes through the ring beside its record. The writer gives it its number before anybody else
/// sees it.
final class RecordWaiter implements Waiting, Waiter {
  private static final VarHandle ANSWERED;

  static {
    try {
      ANSWERED =
          MethodHandles.lookup().findVarHandle(RecordWaiter.class, "answered", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final long sizeBytes;
  private final AckLevel level;
  private final Admission admission;
  private final WriterHealth health;
  private final ActorRef<AppendOutcome> replyTo;
  private final long sinceNanos = System.nanoTime();

  // Read through ANSWERED only.
  @SuppressWarnings("UnusedVariable")
  private boolean answered;

  private long lsn;
  private long epoch;

  RecordWaiter(
      long sizeBytes,
      AckLevel level,
      Admission admission,
      WriterHealth health,
      ActorRef<AppendOutcome> replyTo) {
    this.sizeBytes = sizeBytes;
    this.level = level;
    this.admission = admission;
    this.health = health;
    this.replyTo = replyTo;
  }

  @Override
  public void numbered(long newLsn, long newEpoch) {
    lsn = newLsn;
    epoch = newEpoch;
  }

  @Override
  public long lsn() {
    return lsn;
  }

  @Override
  public AckLevel level() {
    return level;
  }

  @Override
  public void acknowledge() {
    answer(new AppendOutcome.Acknowledged(lsn, epoch, level));
  }

  @Override
  public void unknown(String detail) {
    answer(new AppendOutcome.Unknown(detail));
  }

  @Override
  public void refused(long fromLsn, Refusal reason, String detail) {
    refused(reason, detail);
  }

  void refused(Refusal reason, String detail) {
    answer(new AppendOutcome.Refused(reason, detail));
  }

  /// When a ring closes, its producer and the writer may both find that a record was refused.
  private void answer(AppendOutcome outcome) {
    if (ANSWERED.compareAndSet(this, false, true)) {
      admission.release(sizeBytes);
      health.answered(System.nanoTime() - sinceNanos);
      replyTo.tell(outcome);
    }
  }
}
