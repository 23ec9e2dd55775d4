package io.tidemark.log;

import java.nio.ByteBuffer;

/// Is shown the records of a batch in the order of their LSNs.
@FunctionalInterface
public interface RecordVisitor {
  /// One record.
  ///
  /// @param type see [RecordData#type()]; may be one this version does not know
  /// @param optional whether it may be skipped where `type` is not known
  /// @param payload a read-only view of the batch's bytes, valid as long as the batch
  void record(long lsn, int type, boolean optional, ByteBuffer payload);
}
