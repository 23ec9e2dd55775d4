package io.tidemark.transport;

/// Why an arriving frame was dropped, in the order in which the checks are made.
public enum Refusal {
  /// Fewer bytes than a header.
  SHORT,
  /// Not a frame of ours.
  MAGIC,
  /// A version this node does not read.
  VERSION,
  /// A frame of another cluster: a wrong address in somebody's configuration.
  CLUSTER,
  /// A kind this node does not know.
  KIND,
  /// The payload length is not what arrived.
  LENGTH,
  /// Bits changed on the way.
  CHECKSUM,
  /// A negative partition or epoch under a correct checksum: the sender has a bug.
  RANGE
}
