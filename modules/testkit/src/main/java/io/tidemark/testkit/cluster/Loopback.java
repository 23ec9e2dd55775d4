package io.tidemark.testkit.cluster;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/// All nodes on 127.0.0.1, on ports that were free for TCP and UDP a moment ago.
final class Loopback implements Network {
  private static final int FIRST_PORT = 10_000;

  /// The system gives those from here on to whoever wants any, such as a node that sends before
  /// another one listens.
  private static final int FIRST_EPHEMERAL_PORT = 32_768;

  private final List<InetSocketAddress> listen = new ArrayList<>();
  private final List<InetSocketAddress> http = new ArrayList<>();

  Loopback(int nodes) throws IOException {
    for (int node = 0; node < nodes; node++) {
      listen.add(freePort());
      http.add(freePort());
    }
  }

  private static InetSocketAddress freePort() throws IOException {
    InetAddress loopback = InetAddress.getByName("127.0.0.1");
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, FIRST_EPHEMERAL_PORT);
      try (ServerSocket tcp = new ServerSocket(port, 1, loopback);
          DatagramSocket udp = new DatagramSocket(tcp.getLocalPort(), loopback)) {
        return new InetSocketAddress(loopback, udp.getLocalPort());
      } catch (BindException _) {
        // Taken for one of the two at least: another one.
      }
    }
  }

  @Override
  public List<String> entering(int node) {
    return List.of();
  }

  @Override
  public InetSocketAddress listen(int node) {
    return listen.get(node);
  }

  @Override
  public InetSocketAddress http(int node) {
    return http.get(node);
  }

  @Override
  public InetSocketAddress clients(int node) {
    return http.get(node);
  }
}
