package io.tidemark.testkit.packets;

/// A packet that the kernel holds until it is told what to do with it.
///
/// @param content from the IPv4 header on
record Packet(int id, byte[] content) {
  private static final int PROTOCOL_AT = 9;
  private static final int UDP = 17;
  private static final int UDP_HEADER_BYTES = 8;
  private static final int UDP_CHECKSUM_AT = 6;

  /// Whether [#withFlippedBit] can change it.
  boolean canBeCorrupted() {
    return content.length > payloadAt() && content[PROTOCOL_AT] == UDP;
  }

  private int udpAt() {
    return 4 * (content[0] & 15);
  }

  private int payloadAt() {
    return udpAt() + UDP_HEADER_BYTES;
  }

  /// How many bits [#withFlippedBit] can choose from.
  int bits() {
    return 8 * (content.length - payloadAt());
  }

  /// With one bit of a datagram's payload turned, and without the checksum that would tell: as from
  /// a memory or a card that is broken.
  Packet withFlippedBit(int bit) {
    byte[] changed = content.clone();
    changed[payloadAt() + bit / 8] ^= (byte) (1 << bit % 8);
    changed[udpAt() + UDP_CHECKSUM_AT] = 0;
    changed[udpAt() + UDP_CHECKSUM_AT + 1] = 0;
    return new Packet(id, changed);
  }
}
