package io.tidemark.node.kv;

import io.tidemark.runtime.BetweenNodes;

/// What a node answers who asks for its snapshot of a partition.
public sealed interface SnapshotAnswer extends BetweenNodes {
  /// Most bytes of a [Piece]: what fits a message between nodes and holds up no other for long.
  int PIECE_BYTES = 256 << 10;

  /// The bytes from `position` on of the snapshot at record `lsn`, whose file has `lengthBytes`.
  record Piece(long lsn, long lengthBytes, long position, byte[] bytes) implements SnapshotAnswer {}

  /// It has not what was asked for; `reason` is for people. It may have it later.
  record None(String reason) implements SnapshotAnswer {}
}
