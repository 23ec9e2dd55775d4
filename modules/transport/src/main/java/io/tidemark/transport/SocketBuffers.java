package io.tidemark.transport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What this kernel gives to a UDP socket.
final class SocketBuffers {
  /// What every system of the last decade grants.
  private static final int SAFE_BYTES = 128 * 1024;

  private SocketBuffers() {}

  /// The smaller of `wantedBytes` and the kernel's maximum; 128 KiB where it cannot be read.
  ///
  /// Linux cuts a larger request silently. Aeron then warns on stderr, and refuses to start when
  /// the window is above what it got; so ask for no more than there is.
  static int largestUpTo(int wantedBytes) {
    try {
      long receive = read("/proc/sys/net/core/rmem_max");
      long send = read("/proc/sys/net/core/wmem_max");
      return (int) Math.max(SAFE_BYTES, Math.min(wantedBytes, Math.min(receive, send)));
    } catch (IOException | NumberFormatException notLinux) {
      return SAFE_BYTES;
    }
  }

  private static long read(String file) throws IOException {
    return Long.parseLong(Files.readString(Path.of(file)).strip());
  }
}
