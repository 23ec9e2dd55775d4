package io.tidemark.transport;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.LongAdder;
import java.util.zip.CRC32C;

/// The last four bytes of every datagram, of either direction: the checksum of all others, CRC32C,
/// little-endian.
///
/// Crash story: a card that makes UDP's checksum after the fault, and bits turn in front of it. The
/// checksum of a frame tells a spoilt payload, but Aeron believes its own headers: turned bits
/// anywhere in datagrams stopped a pair of transports for 10 to 12 s. So what is spoilt anywhere is
/// dropped before Aeron sees it, and is sent again like all that the network loses.
///
/// One thread's, of the endpoint that owns it.
final class Trailer {
  static final int BYTES = 4;

  private final CRC32C crc = new CRC32C();
  private final ByteBuffer trailer =
      ByteBuffer.allocateDirect(BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final ByteBuffer[] datagram = {trailer, trailer};
  private final LongAdder refused;

  /// @param refused counts the datagrams that are dropped
  Trailer(LongAdder refused) {
    this.refused = refused;
  }

  /// `content` as it is, and its trailer: to be written in one piece, before the next call.
  ByteBuffer[] with(ByteBuffer content) {
    int begin = content.position();
    trailer.clear().putInt(0, checksum(content));
    datagram[0] = content.position(begin);
    return datagram;
  }

  /// Takes the trailer off the datagram that is in `buffer` up to its position; false if the
  /// checksum does not fit.
  boolean isTakenOff(ByteBuffer buffer) {
    int end = buffer.position() - BYTES;
    buffer.flip();
    boolean fits = false;
    if (end >= 0) {
      trailer.clear().put(0, buffer, end, BYTES);
      fits = checksum(buffer.limit(end)) == trailer.getInt(0);
    }
    buffer.limit(buffer.capacity()).position(fits ? end : 0);
    if (!fits) {
      refused.increment();
    }
    return fits;
  }

  private int checksum(ByteBuffer content) {
    crc.reset();
    crc.update(content);
    return (int) crc.getValue();
  }
}
