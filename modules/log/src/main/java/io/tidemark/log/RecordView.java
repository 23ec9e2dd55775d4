package io.tidemark.log;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;

/// A record read back from a batch.
///
/// @param type see [RecordData#type()]; may be one this version does not know
/// @param optional whether it may be skipped where `type` is not known
/// @param key the stream it belongs to, if it belongs to one
/// @param stamp by what it is known again, if its producer wanted that
/// @param payload a read-only view of the batch's bytes, valid as long as the batch
public record RecordView(
    long lsn,
    int type,
    boolean optional,
    OptionalLong key,
    Optional<Stamp> stamp,
    ByteBuffer payload) {}
