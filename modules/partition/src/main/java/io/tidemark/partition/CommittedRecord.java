package io.tidemark.partition;

import io.tidemark.log.LogCursor;
import io.tidemark.log.ResumeToken;
import java.nio.ByteBuffer;
import java.util.OptionalLong;

/// A committed record on its way to a subscriber.
///
/// @param type see [io.tidemark.log.RecordData#type()]; may be one this version does not know
/// @param optional whether it may be skipped where `type` is not known
/// @param key the stream it belongs to, if it belongs to one
/// @param payload read-only, and the subscriber's to keep
/// @param token to go on behind it later
public record CommittedRecord(
    long lsn,
    long epoch,
    long timeMicros,
    int type,
    boolean optional,
    OptionalLong key,
    ByteBuffer payload,
    ResumeToken token) {
  /// A copy of the record that `cursor` shows.
  static CommittedRecord at(LogCursor cursor) {
    ByteBuffer payload = ByteBuffer.allocate(cursor.payloadBytes()).put(cursor.payload()).flip();
    return new CommittedRecord(
        cursor.lsn(),
        cursor.epoch(),
        cursor.timeMicros(),
        cursor.type(),
        cursor.optional(),
        cursor.keyed() ? OptionalLong.of(cursor.key()) : OptionalLong.empty(),
        payload.asReadOnlyBuffer(),
        cursor.token());
  }
}
