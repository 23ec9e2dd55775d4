package io.tidemark.transport;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.util.Optional;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/// The wire format of a frame; this class alone writes and reads it.
///
/// ```
///  byte 0        4    5    6        8         12         16       24         28       32
///       +--------+----+----+--------+---------+----------+--------+----------+--------+---------
///       | magic  |ver |kind| sender | cluster |partition | epoch  | payload  | crc32c | payload
///       | "TMF1" | 1  |    |        |         |          |        | length   |        |
///       +--------+----+----+--------+---------+----------+--------+----------+--------+---------
///         u32     u8   u8    u16      u32        u32       u64      u32        u32      0 or more
/// ```
///
/// Little-endian. The header is 32 bytes, so the payload starts on a multiple of 8. The checksum
/// covers bytes 0 to 28 and the payload. `cluster` is a fingerprint of the cluster's id: it keeps
/// two clusters apart that were given each other's addresses, it is no protection against malice.
///
/// Not thread-safe: each stage and the poller own one.
final class FrameCodec {
  static final int MAGIC = 0x31464D54;
  static final int VERSION = 1;
  static final int HEADER_BYTES = 32;

  private static final int MAGIC_AT = 0;
  private static final int VERSION_AT = 4;
  private static final int KIND_AT = 5;
  private static final int SENDER_AT = 6;
  private static final int CLUSTER_AT = 8;
  private static final int PARTITION_AT = 12;
  private static final int EPOCH_AT = 16;
  private static final int PAYLOAD_LENGTH_AT = 24;
  private static final int CHECKSUM_AT = 28;

  /// What arrived: a frame, or the reason why it is none.
  sealed interface Decoded {
    record Valid(Frame frame) implements Decoded {}

    record Refused(Refusal reason) implements Decoded {}
  }

  private final int cluster;
  private final CRC32C crc = new CRC32C();
  private final byte[] header = new byte[CHECKSUM_AT];

  FrameCodec(int cluster) {
    this.cluster = cluster;
  }

  /// Writes the header of `frame` at the start of `target`; the payload follows it as it is.
  void encodeHeader(Frame frame, MutableDirectBuffer target) {
    target.putInt(MAGIC_AT, MAGIC, LITTLE_ENDIAN);
    target.putByte(VERSION_AT, (byte) VERSION);
    target.putByte(KIND_AT, (byte) frame.kind().code());
    target.putShort(SENDER_AT, (short) frame.sender(), LITTLE_ENDIAN);
    target.putInt(CLUSTER_AT, cluster, LITTLE_ENDIAN);
    target.putInt(PARTITION_AT, frame.partition(), LITTLE_ENDIAN);
    target.putLong(EPOCH_AT, frame.epoch(), LITTLE_ENDIAN);
    target.putInt(PAYLOAD_LENGTH_AT, frame.payload().length, LITTLE_ENDIAN);
    target.putInt(CHECKSUM_AT, checksum(target, 0, frame.payload()), LITTLE_ENDIAN);
  }

  /// Reads the frame in `length` bytes at `offset`; the payload is a copy of its own.
  ///
  /// The checksum is taken over that copy and not over Aeron's term buffer, which may already be
  /// overwritten when a reader is late: what passed the check is what the protocol gets.
  Decoded decode(DirectBuffer buffer, int offset, int length) {
    if (length < HEADER_BYTES) {
      return new Decoded.Refused(Refusal.SHORT);
    }
    if (buffer.getInt(offset + MAGIC_AT, LITTLE_ENDIAN) != MAGIC) {
      return new Decoded.Refused(Refusal.MAGIC);
    }
    if (buffer.getByte(offset + VERSION_AT) != VERSION) {
      return new Decoded.Refused(Refusal.VERSION);
    }
    if (buffer.getInt(offset + CLUSTER_AT, LITTLE_ENDIAN) != cluster) {
      return new Decoded.Refused(Refusal.CLUSTER);
    }
    Optional<Frame.Kind> kind = Frame.Kind.of(buffer.getByte(offset + KIND_AT));
    if (kind.isEmpty()) {
      return new Decoded.Refused(Refusal.KIND);
    }
    // Equal to what arrived, hence within Aeron's longest message, before any allocation.
    int payloadLength = buffer.getInt(offset + PAYLOAD_LENGTH_AT, LITTLE_ENDIAN);
    if (payloadLength != length - HEADER_BYTES) {
      return new Decoded.Refused(Refusal.LENGTH);
    }
    return decodeChecked(kind.get(), buffer, offset, payloadLength);
  }

  private Decoded decodeChecked(
      Frame.Kind kind, DirectBuffer buffer, int offset, int payloadLength) {
    byte[] payload = new byte[payloadLength];
    buffer.getBytes(offset + HEADER_BYTES, payload);
    if (buffer.getInt(offset + CHECKSUM_AT, LITTLE_ENDIAN) != checksum(buffer, offset, payload)) {
      return new Decoded.Refused(Refusal.CHECKSUM);
    }
    int sender = Short.toUnsignedInt(buffer.getShort(offset + SENDER_AT, LITTLE_ENDIAN));
    int partition = buffer.getInt(offset + PARTITION_AT, LITTLE_ENDIAN);
    long epoch = buffer.getLong(offset + EPOCH_AT, LITTLE_ENDIAN);
    if (partition < 0 || epoch < 0) {
      return new Decoded.Refused(Refusal.RANGE);
    }
    return new Decoded.Valid(new Frame(kind, sender, partition, epoch, payload));
  }

  private int checksum(DirectBuffer buffer, int offset, byte[] payload) {
    buffer.getBytes(offset, header);
    crc.reset();
    crc.update(header);
    crc.update(payload);
    return (int) crc.getValue();
  }
}
