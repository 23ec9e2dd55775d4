package io.tidemark.log;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// The checksum of everything on disk: CRC-32C, which processors compute.
final class Crc32c {
  private Crc32c() {}

  /// Of the bytes at `from..to-1` of `bytes`, whose position and limit stay as they are.
  static int of(ByteBuffer bytes, int from, int to) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.slice(from, to - from));
    return (int) crc.getValue();
  }

  /// Of the bytes at `from..to-1` without the four at `hole`, where the checksum itself stands.
  static int around(ByteBuffer bytes, int from, int hole, int to) {
    return around(bytes.slice(0, 0), bytes, from, hole, to);
  }

  /// Of `salt`, which is not stored, and then as [#around(ByteBuffer, int, int, int)].
  static int around(ByteBuffer salt, ByteBuffer bytes, int from, int hole, int to) {
    CRC32C crc = new CRC32C();
    crc.update(salt.duplicate());
    crc.update(bytes.slice(from, hole - from));
    crc.update(bytes.slice(hole + Integer.BYTES, to - hole - Integer.BYTES));
    return (int) crc.getValue();
  }
}
