package io.tidemark.transport;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;

/// What goes through an interface in one piece.
final class InterfaceMtu {
  private static final int IP_AND_UDP_HEADER_BYTES = 48;
  private static final int LARGEST_DATAGRAM_BYTES = 65_507;
  private static final int ALIGNMENT = 32;
  private static final int LEAST = 1024;

  /// What UDP takes, with the [Trailer], in whole units of Aeron's.
  static final int MOST = (LARGEST_DATAGRAM_BYTES - Trailer.BYTES) / ALIGNMENT * ALIGNMENT;

  private InterfaceMtu() {}

  /// The largest UDP payload for `address`, as Aeron wants it; `fallback` if the system does not
  /// say.
  static int payloadBytes(InetAddress address, int fallback) {
    try {
      NetworkInterface network = NetworkInterface.getByInetAddress(address);
      return network == null
          ? fallback
          : aligned(network.getMTU() - IP_AND_UDP_HEADER_BYTES - Trailer.BYTES);
    } catch (SocketException e) {
      return fallback;
    }
  }

  private static int aligned(int bytes) {
    return Math.clamp(bytes - bytes % ALIGNMENT, LEAST, MOST);
  }
}
