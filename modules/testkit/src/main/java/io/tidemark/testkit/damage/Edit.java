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

  /// Makes it, and says what was there before; throws [java.io.EOFException] if the file ends
  /// before.
  byte[] make() throws IOException {
    byte[] before = new byte[lengthBytes];
    try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "r")) {
      content.seek(position);
      content.readFully(before);
    }
    byte[] after = before.clone();
    switch (kind) {
      case FLIP -> after[0] ^= (byte) (1 << bit);
      case ZERO -> Arrays.fill(after, (byte) 0);
    }
    write(after);
    return before;
  }

  /// Puts back what was there `before`.
  void takeBack(byte[] before) throws IOException {
    write(before);
  }

  /// Synced when this returns.
  private void write(byte[] bytes) throws IOException {
    try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rwd")) {
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
