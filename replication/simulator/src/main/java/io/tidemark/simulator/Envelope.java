package io.tidemark.simulator;

import io.tidemark.protocol.Age;
import io.tidemark.protocol.Message;
import java.util.List;

/// What travels on the wire.
sealed interface Envelope {
  /// Whether whoever says it must not have forgotten anything.
  default boolean counts() {
    return this instanceof Letter || this instanceof Offer;
  }

  /// A message; with [Message.Batches] go the batches it speaks of, encoded.
  ///
  /// `intact` is what the checksum of its frame says: what is not never gets to the core. Its
  /// batches have checksums of their own, which must say the same.
  ///
  /// The arrays are shared between copies and never written again.
  record Letter(Message message, List<byte[]> batches, boolean intact) implements Envelope {}

  /// Of a leader: begin behind `state`, which was made of all records up to there. `intact` as
  /// above.
  record Offer(Message.Offer message, VirtualApplication.State state, boolean intact)
      implements Envelope {}

  /// "This process is there": what a node says to each other one every few ticks.
  record Pulse(long process) implements Envelope {}

  /// Of one that mends its log: give me these records.
  record Ask(long fromLsn, long uptoLsn) implements Envelope {}

  /// Batches from the one with that record on, encoded; none if it is not there. `intact` as above.
  record Answer(long fromLsn, List<byte[]> batches, boolean intact) implements Envelope {}

  /// Of a node, not of its replica: it tells the age of its own data, or answers with that which it
  /// remembers of the one it speaks to. `intact` as above.
  record OfAge(boolean tells, Age age, boolean intact) implements Envelope {}

  /// "I am here, and no member."
  record Greeting() implements Envelope {}

  /// "I would come in the place of the one here, which is damaged for good."
  record Succeeds() implements Envelope {}

  /// Of a leader, of which that one is a learner, committed: "begin".
  record Invitation() implements Envelope {}
}
