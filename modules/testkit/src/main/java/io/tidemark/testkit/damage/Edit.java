package io.tidemark.testkit.damage;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/// Bytes of a file that are to become others.
///
/// @param bit of the first byte, for a flip
record Edit(Kind kind, Path file, long position, int lengthBytes, int bit) {
  enum Kind {
    FLIP,
    ZERO
  }

  /// Makes it, synced when this returns; throws [java.io.EOFException] if the file ends before.
  void make() throws IOException {
    try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rwd")) {
      byte[] bytes = new byte[lengthBytes];
      content.seek(position);
      content.readFully(bytes);
      switch (kind) {
        case FLIP -> bytes[0] ^= (byte) (1 << bit);
        case ZERO -> Arrays.fill(bytes, (byte) 0);
      }
      content.seek(position);
      content.write(bytes);
    }
  }

  @Override
  public String toString() {
    return "%s %d+%d of %s"
        .formatted(kind.name().toLowerCase(Locale.ROOT), position, lengthBytes, file.getFileName());
  }
}
