package io.tidemark.partition;

import io.tidemark.partition.AppendOutcome.Reason;
import org.apache.pekko.actor.typed.ActorRef;

/// The way in to a writer: takes room first, so that what waits is bounded. Safe for several
/// threads.
public record Appends(ActorRef<Writer.Command> writer, Admission admission) {
  /// Appends one record; `replyTo` gets the outcome.
  public void append(int type, byte[] payload, AckLevel level, ActorRef<AppendOutcome> replyTo) {
    if (admission.admit(Writer.Append.sizeBytes(payload))) {
      writer.tell(new Writer.Append(type, payload, level, admission, replyTo));
    } else {
      replyTo.tell(
          new AppendOutcome.Refused(
              Reason.BUSY, admission.admittedBytes() + " bytes wait for the writer already"));
    }
  }
}
