package io.tidemark.testkit.damage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/// Bytes of a file that are to become others.
///
/// @param bit of the first byte, for a flip
record Edit(Kind kind, Path file, long position, int lengthBytes, int bit) {
  enum Kind {
    FLIP,
    ZERO
  }

  void make() throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.allocate(lengthBytes);
      while (bytes.hasRemaining() && channel.read(bytes, position + bytes.position()) >= 0) {}
      if (bytes.hasRemaining()) {
        throw new IllegalStateException(file + " ends before " + this);
      }
      switch (kind) {
        case FLIP -> bytes.put(0, (byte) (bytes.get(0) ^ 1 << bit));
        case ZERO -> bytes.clear().put(new byte[lengthBytes]);
      }
      bytes.rewind();
      while (bytes.hasRemaining()) {
        channel.write(bytes, position + bytes.position());
      }
      channel.force(false);
    }
  }

  @Override
  public String toString() {
    return "%s %d+%d of %s"
        .formatted(kind.name().toLowerCase(Locale.ROOT), position, lengthBytes, file.getFileName());
  }
}
