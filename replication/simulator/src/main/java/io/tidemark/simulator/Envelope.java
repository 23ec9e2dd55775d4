package io.tidemark.simulator;

import io.tidemark.protocol.Message;
import java.util.List;

/// What travels on the wire.
sealed interface Envelope {
  /// A message; with [Message.Batches] go the batches it speaks of, encoded.
  ///
  /// The arrays are shared between copies and never written again.
  record Letter(Message message, List<byte[]> batches) implements Envelope {}

  /// "I am here, and no member."
  record Greeting() implements Envelope {}
}
