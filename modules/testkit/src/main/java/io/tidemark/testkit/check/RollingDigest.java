package io.tidemark.testkit.check;

import java.nio.ByteBuffer;

/// A digest of a run of records, in their order: every field and every byte. Against mistakes, not
/// against intent.
public final class RollingDigest {
  private static final long PRIME = 0x100000001B3L;

  private long state = 0xCBF29CE484222325L;

  /// Adds the next record.
  public void add(LogRecord record) {
    add(record.lsn());
    add(record.epoch());
    add(record.timeMicros());
    add(record.type());
    add(record.payload().length);
    ByteBuffer bytes = ByteBuffer.wrap(record.payload());
    while (bytes.remaining() >= Long.BYTES) {
      add(bytes.getLong());
    }
    while (bytes.hasRemaining()) {
      add(bytes.get());
    }
  }

  private void add(long word) {
    long mixed = (state ^ word) * PRIME;
    state = mixed ^ mixed >>> 29;
  }

  /// The digest of all that was added.
  public long value() {
    return state;
  }
}
