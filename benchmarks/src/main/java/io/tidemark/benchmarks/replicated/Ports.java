package io.tidemark.benchmarks.replicated;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/// Ports of loopback below those that the system gives to clients, so that a server that is killed
/// finds its own free again.
final class Ports {
  private static final int LOWEST = 12_000;
  private static final int HIGHEST = 31_000;

  private Ports() {}

  /// The first ports of `blocks` of `each`, free for TCP and UDP a moment ago.
  static List<Integer> free(int blocks, int each) throws IOException {
    List<Integer> found = new ArrayList<>();
    while (found.size() < blocks) {
      int first = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST) / each * each;
      if (!found.contains(first) && areFree(first, each)) {
        found.add(first);
      }
    }
    return found;
  }

  private static boolean areFree(int first, int count) throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    for (int port = first; port < first + count; port++) {
      try (ServerSocket tcp = new ServerSocket(port, 1, loopback);
          DatagramSocket udp = new DatagramSocket(port, loopback)) {
        if (tcp.getLocalPort() != udp.getLocalPort()) {
          return false;
        }
      } catch (BindException e) {
        return false;
      }
    }
    return true;
  }
}
