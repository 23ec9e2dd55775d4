package io.tidemark.log.verify;

import java.nio.ByteBuffer;
import java.util.Optional;

/// Says in front of a batch what was synced before it was written.
public record Mark(long position, long syncedThrough, long nextLsn) {
  /// The mark at `at`; none if it is not whole or does not belong there.
  static Optional<Mark> decode(Header header, ByteBuffer bytes, int at) {
    if (header.framesEnd() - at < Layout.MARK_BYTES || bytes.getLong(at) != Layout.MARK_WORD) {
      return Optional.empty();
    }
    int end = at + Layout.MARK_BYTES;
    Mark mark = new Mark(at, bytes.getLong(at + 16), bytes.getLong(at + 24));
    boolean sound =
        bytes.getInt(at + 8) == Layout.crcInPlace(header, at, bytes, at, at + 8, end)
            && bytes.getInt(at + 12) == 0
            && mark.syncedThrough >= 0
            && mark.syncedThrough < mark.nextLsn;
    return sound ? Optional.of(mark) : Optional.empty();
  }
}
