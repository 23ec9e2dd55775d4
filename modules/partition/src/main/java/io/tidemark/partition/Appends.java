package io.tidemark.partition;

import io.tidemark.partition.AppendOutcome.Reason;
import org.apache.pekko.actor.typed.ActorRef;

/// The way in to a writer: takes room first, so that what waits is bounded. Safe for several
/// threads.
public record Appends(ActorRef<Writer.Command> writer, Admission admission) {
  /// Appends one record of type `DATA` or a user's own; `replyTo` gets the outcome.
  public void append(int type, byte[] payload, AckLevel level, ActorRef<AppendOutcome> replyTo) {
    Writer.Append append = new Writer.Append(type, payload, level, admission, replyTo);
    if (admission.admit(append.sizeBytes())) {
      writer.tell(append);
    } else {
      replyTo.tell(
          new AppendOutcome.Refused(
              Reason.BUSY, admission.admittedBytes() + " bytes wait for the writer already"));
    }
  }
}
