package io.tidemark.testkit.check;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// A change of the key-value store, decoded here once more from its description: kind (1 put, 2
/// delete), length of the key (u16, little-endian), key, value.
record KvRecord(String key, Optional<String> value) {
  /// Type of the records that carry such changes.
  static final int TYPE = 257;

  /// What `payload` says; empty if it says nothing.
  static Optional<KvRecord> decode(byte[] payload) {
    ByteBuffer in = ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN);
    if (in.remaining() < 3) {
      return Optional.empty();
    }
    int kind = in.get();
    int length = Short.toUnsignedInt(in.getShort());
    if (length == 0 || length > in.remaining() || kind != 1 && kind != 2) {
      return Optional.empty();
    }
    String key = new String(payload, 3, length, StandardCharsets.UTF_8);
    int rest = 3 + length;
    return switch (kind) {
      case 1 -> {
        String value = new String(payload, rest, payload.length - rest, StandardCharsets.UTF_8);
        yield Optional.of(new KvRecord(key, Optional.of(value)));
      }
      default ->
          payload.length == rest
              ? Optional.of(new KvRecord(key, Optional.empty()))
              : Optional.empty();
    };
  }

  @Override
  public String toString() {
    return value.map(text -> key + " = " + text).orElse(key + " deleted");
  }
}
