package io.tidemark.log;

import io.tidemark.foundation.Check;
import java.nio.ByteBuffer;

/// A record on its way into a batch: what it is and its payload, not yet an LSN.
///
/// The payload is everything that remains in `payload` when the batch is encoded; it is copied
/// then, and belongs to the caller again afterwards.
///
/// @param type [#DATA], [#ANCHOR], or a user's own from [#FIRST_USER_TYPE] to [#LAST_TYPE]
/// @param optional whether a reader that does not know `type` may skip the record; if not, such a
///   reader must stop
/// @param payload the bytes, any number of them
public record RecordData(int type, boolean optional, ByteBuffer payload) {
  /// What producers append.
  public static final int DATA = 1;

  /// The first record of a new leader: it carries nothing but its epoch.
  public static final int ANCHOR = 2;

  /// What is left of a record whose producer gave it up after it had its LSN: zeros, optional. LSNs
  /// are dense, so it cannot just be missing.
  public static final int VOID = 3;

  /// Lower types belong to Tidemark.
  public static final int FIRST_USER_TYPE = 256;

  /// The type is stored in 16 bits.
  public static final int LAST_TYPE = 0xFFFF;

  public RecordData {
    Check.argument(
        type == DATA || type == ANCHOR || (type >= FIRST_USER_TYPE && type <= LAST_TYPE),
        "record type %d is neither a system type nor in %d..%d",
        type,
        FIRST_USER_TYPE,
        LAST_TYPE);
  }

  /// A [#DATA] record.
  public static RecordData data(byte[] payload) {
    return of(DATA, payload);
  }

  /// The record a new leader begins with.
  public static RecordData anchor() {
    return of(ANCHOR, new byte[0]);
  }

  /// A record of `type` that every reader must understand.
  public static RecordData of(int type, byte[] payload) {
    return new RecordData(type, false, ByteBuffer.wrap(payload));
  }
}
