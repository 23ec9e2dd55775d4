package io.tidemark.log;

import java.nio.ByteBuffer;

/// A record read back from a batch.
///
/// @param payload a read-only view of the batch's bytes, valid as long as the batch
public record RecordView(long lsn, int type, boolean optional, ByteBuffer payload) {}
