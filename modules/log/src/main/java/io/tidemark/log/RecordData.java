package io.tidemark.log;

import io.tidemark.foundation.Check;
import java.nio.ByteBuffer;
import java.util.OptionalLong;

/// A record on its way into a batch: what it is and its payload, not yet an LSN.
///
/// The payload is everything that remains in `payload` when the batch is encoded; it is copied
/// then, and belongs to the caller again afterwards.
///
/// @param type [#DATA], [#ANCHOR], [#VOID], [#MEMBERS], or a user's own from [#FIRST_USER_TYPE] to
///   [#LAST_TYPE]
/// @param optional whether a reader that does not know `type` may skip the record; if not, such a
///   reader must stop
/// @param key the stream it belongs to, if it belongs to one: readers select by it
/// @param payload the bytes, any number of them
public record RecordData(int type, boolean optional, OptionalLong key, ByteBuffer payload) {
  /// What producers append.
  public static final int DATA = 1;

  /// The first record of a new leader: it carries nothing but its epoch.
  public static final int ANCHOR = 2;

  /// A record that a producer gave up after its LSN was taken; readers skip it.
  public static final int VOID = 3;

  /// Who takes part in the partition from this record on; always alone in its batch.
  public static final int MEMBERS = 4;

  /// Lower types belong to Tidemark.
  public static final int FIRST_USER_TYPE = 256;

  /// The type is stored in 16 bits.
  public static final int LAST_TYPE = 0xFFFF;

  public RecordData {
    Check.argument(
        (type >= DATA && type <= MEMBERS) || isUserType(type),
        "record type %d is neither a system type nor in %d..%d",
        type,
        FIRST_USER_TYPE,
        LAST_TYPE);
  }

  /// Whether producers may append records of this type.
  public static boolean isForProducers(int type) {
    return type == DATA || isUserType(type);
  }

  private static boolean isUserType(int type) {
    return type >= FIRST_USER_TYPE && type <= LAST_TYPE;
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
    return new RecordData(type, false, OptionalLong.empty(), ByteBuffer.wrap(payload));
  }

  /// The same record in the stream `key`.
  public RecordData inStream(long key) {
    return new RecordData(type, optional, OptionalLong.of(key), payload);
  }

  /// The same record, which a reader may skip if it does not know the type.
  public RecordData asOptional() {
    return new RecordData(type, true, key, payload);
  }

  /// What it takes in a batch.
  long frameBytes() {
    return RecordFormat.frameBytes(payload.remaining(), key.isPresent());
  }
}
