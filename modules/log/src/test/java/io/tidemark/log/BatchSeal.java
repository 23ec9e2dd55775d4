package io.tidemark.log;

import java.nio.ByteBuffer;

/// Computes the checksums of a batch anew, as a writer with a bug or of a later release would.
final class BatchSeal {
  private BatchSeal() {}

  static void reseal(ByteBuffer frame) {
    int body = frame.getInt(BatchFormat.BODY_LENGTH);
    if (body >= 0 && body <= frame.limit() - BatchFormat.HEADER_BYTES) {
      int end = BatchFormat.HEADER_BYTES + body;
      frame.putInt(BatchFormat.BODY_CHECKSUM, Crc32c.of(frame, BatchFormat.HEADER_BYTES, end));
    }
    frame.putInt(
        BatchFormat.HEADER_CHECKSUM,
        Crc32c.around(frame, 0, BatchFormat.HEADER_CHECKSUM, BatchFormat.HEADER_BYTES));
  }
}
