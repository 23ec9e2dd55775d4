package io.tidemark.simulator;

import io.tidemark.protocol.Message;
import java.util.List;

/// A message on the wire; with [Message.Batches] go the batches it speaks of, encoded.
///
/// The arrays are shared between copies and never written again.
record Envelope(Message message, List<byte[]> batches) {}
