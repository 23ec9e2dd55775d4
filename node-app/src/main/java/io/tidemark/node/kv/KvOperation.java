package io.tidemark.node.kv;

import io.tidemark.foundation.Check;
import io.tidemark.log.RecordData;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// One change of the store, as the payload of a record of type [#RECORD_TYPE].
///
/// ```
///  0      1           3         3+n
///  +------+-----------+---------+-------------+
///  | kind | keyLength | key (n) | value (rest)|     u8 (1 put, 2 delete), u16, UTF-8, bytes
///  +------+-----------+---------+-------------+
/// ```
public sealed interface KvOperation {
  /// Type of the records that carry operations.
  int RECORD_TYPE = RecordData.FIRST_USER_TYPE + 1;

  /// Longest key in bytes of UTF-8.
  int MAX_KEY_BYTES = 4096;

  /// The key it changes.
  String key();

  /// Gives `key` the value.
  record Put(String key, byte[] value) implements KvOperation {
    @Override
    public boolean equals(Object other) {
      return other instanceof Put that && key.equals(that.key) && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
      return 31 * key.hashCode() + Arrays.hashCode(value);
    }
  }

  /// Takes `key` out.
  record Delete(String key) implements KvOperation {}

  /// The payload.
  default byte[] encode() {
    byte[] key = key().getBytes(StandardCharsets.UTF_8);
    Check.argument(
        key.length >= 1 && key.length <= MAX_KEY_BYTES,
        "a key has 1 to %d bytes, this one %d",
        MAX_KEY_BYTES,
        key.length);
    byte[] value = this instanceof Put put ? put.value() : new byte[0];
    return ByteBuffer.allocate(3 + key.length + value.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put((byte) (this instanceof Put ? 1 : 2))
        .putShort((short) key.length)
        .put(key)
        .put(value)
        .array();
  }

  /// The operation in `payload`; throws [IllegalArgumentException] if there is none.
  static KvOperation decode(ByteBuffer payload) {
    ByteBuffer in = payload.slice().order(ByteOrder.LITTLE_ENDIAN);
    Check.argument(in.remaining() >= 3, "an operation of %d bytes", in.remaining());
    int kind = in.get();
    int keyLength = Short.toUnsignedInt(in.getShort());
    Check.argument(
        keyLength >= 1 && keyLength <= Math.min(in.remaining(), MAX_KEY_BYTES),
        "a key of %d bytes in an operation with %d left",
        keyLength,
        in.remaining());
    byte[] key = new byte[keyLength];
    in.get(key);
    byte[] value = new byte[in.remaining()];
    in.get(value);
    String name = new String(key, StandardCharsets.UTF_8);
    return switch (kind) {
      case 1 -> new Put(name, value);
      case 2 -> new Delete(name);
      default -> throw new IllegalArgumentException("an operation of unknown kind " + kind);
    };
  }
}
