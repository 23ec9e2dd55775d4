package io.tidemark.log;

import static io.tidemark.log.BatchFormat.littleEndian;

import io.tidemark.log.BatchRefused.Reason;
import java.nio.ByteBuffer;

/// Gives the records of checked batches, decompressed where need be, in memory it uses again. One
/// thread.
final class Body {
  private final RecordWalk records = new RecordWalk();
  private ByteBuffer uncompressed = littleEndian(ByteBuffer.allocateDirect(0));

  /// A walk over the records of the batch at `at` of `frame`, valid until the next call.
  RecordWalk of(ByteBuffer frame, int at) {
    Codec codec = Codec.of(frame.getShort(at + BatchFormat.CODEC));
    int from = at + BatchFormat.HEADER_BYTES;
    int bytes = frame.getInt(at + BatchFormat.BODY_LENGTH);
    long baseLsn = frame.getLong(at + BatchFormat.BASE_LSN);
    int count = frame.getInt(at + BatchFormat.RECORD_COUNT);
    if (codec == Codec.NONE) {
      return records.over(frame, from, from + bytes, baseLsn, count);
    }
    int uncompressedBytes = frame.getInt(at + BatchFormat.UNCOMPRESSED_LENGTH);
    if (uncompressed.capacity() < uncompressedBytes) {
      uncompressed = littleEndian(ByteBuffer.allocateDirect(uncompressedBytes));
    }
    ByteBuffer stored = direct(frame.slice(from, bytes));
    if (!codec.decompress(stored, uncompressed.clear().limit(uncompressedBytes))) {
      throw new BatchRefused(
          Reason.RECORDS, "%s gives no body of %d bytes", codec, uncompressedBytes);
    }
    return records.over(uncompressed.clear(), 0, uncompressedBytes, baseLsn, count);
  }

  private static ByteBuffer direct(ByteBuffer bytes) {
    return bytes.isDirect()
        ? bytes
        : ByteBuffer.allocateDirect(bytes.remaining()).put(bytes).flip();
  }
}
