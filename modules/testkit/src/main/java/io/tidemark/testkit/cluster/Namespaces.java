package io.tidemark.testkit.cluster;

import io.tidemark.foundation.Chance;
import io.tidemark.foundation.Check;
import io.tidemark.testkit.packets.Interceptor;
import io.tidemark.testkit.packets.Treatment;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// Each node in a network namespace of its own, all on one bridge, with rules that drop what comes
/// from one of them, or some of it.
///
/// A node listens on loopback addresses only, and shall not learn anything else for a test. So its
/// wire carries loopback addresses: node `i` has 127.X.Y.i on a veth, the namespace's own loopback
/// keeps nothing but 127.0.0.1, and `route_localnet` tells the kernel that this is meant. Rules on
/// the one loopback of the machine would not do: what is sent there from an unbound socket comes
/// from 127.0.0.1 whoever sends it, so that it cannot be told whose acknowledgements and status
/// messages they are.
///
/// ```
///   clients, 10.X.Y.254 ──── bridge ──┬── veth ── eth0 of node 1: 127.X.Y.1, 10.X.Y.1
///                                     ├── veth ── eth0 of node 2: 127.X.Y.2, 10.X.Y.2
///                                     └── ...     10.X.Y.i is translated to 127.X.Y.i on arrival
/// ```
///
/// Clients come from outside by way of 10.X.Y.i, and no rule concerns them.
public final class Namespaces implements Network {
  private static final int PORT = 7000;
  private static final int HTTP_PORT = 8080;
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final int nodes;
  private final String prefix;
  private final String bridge;
  private final String subnet;
  private final Undo undo;
  private final Map<Integer, Interceptor> interceptors = new HashMap<>();

  Namespaces(int nodes, Undo undo) {
    Check.argument(nodes >= 1 && nodes <= 99, "1 to 99 nodes: %d", nodes);
    this.nodes = nodes;
    int number = COUNT.incrementAndGet();
    long pid = ProcessHandle.current().pid();
    this.prefix = "tm%dx%d".formatted(pid, number % 100);
    this.bridge = prefix + "b";
    this.subnet = freeSubnet((int) (pid * 31 + number));
    this.undo = undo;
    make();
  }

  /// X.Y, such that nobody here has an address in 10.X.Y.
  private static String freeSubnet(int number) {
    String taken = Tool.must("ip", "-4", "-o", "addr") + Tool.must("ip", "-4", "route");
    for (int i = 0; i < 1000; i++) {
      int mixed = Math.floorMod(number + i * 7, 100 * 250);
      String subnet = (100 + mixed / 250) + "." + mixed % 250;
      if (!taken.contains(" 10." + subnet + ".")) {
        return subnet;
      }
    }
    throw new IllegalStateException("no free subnet");
  }

  private void make() {
    undo.add(() -> Tool.run("ip", "link", "del", bridge));
    undo.afterKill("ip link del %s", bridge);
    Tool.line("ip link add %s type bridge", bridge);
    Tool.line("ip addr add 10.%s.254/24 dev %s", subnet, bridge);
    Tool.line("ip link set %s up", bridge);
    for (int node = 0; node < nodes; node++) {
      String name = name(node);
      undo.add(() -> Tool.run("ip", "netns", "del", name));
      undo.afterKill("ip netns del %s", name);
      // A namespace outlives its name for minutes, while connections without processes end; so
      // would the wire.
      undo.add(() -> Tool.run("ip", "link", "del", name + "v"));
      undo.afterKill("ip link del %sv", name);
      Tool.line("ip netns add %s", name);
      Tool.line("ip link add %sv type veth peer name eth0 netns %s", name, name);
      Tool.line("ip link set %sv master %s up", name, bridge);
      in(node, "ip link set lo up");
      in(node, "ip addr add 127.0.0.1/32 dev lo");
      in(node, "ip addr del 127.0.0.1/8 dev lo");
      in(node, "sysctl -qw net.ipv4.conf.all.route_localnet=1");
      in(node, "ip addr add %s/24 dev eth0".formatted(address(node)));
      in(node, "ip addr add %s/24 dev eth0".formatted(outside(node)));
      in(node, "ip link set eth0 up");
      in(
          node,
          "iptables -w -t nat -A PREROUTING -d %s -p tcp -j DNAT --to-destination %s"
              .formatted(outside(node), address(node)));
    }
  }

  private String name(int node) {
    return prefix + "n" + (node + 1);
  }

  private String address(int node) {
    return "127.%s.%d".formatted(subnet, node + 1);
  }

  private String outside(int node) {
    return "10.%s.%d".formatted(subnet, node + 1);
  }

  private void in(int node, String line) {
    Tool.line("nsenter --net=%s -- %s", path(node), line);
  }

  /// From now on nothing that `from` sends reaches `to`.
  public void cut(int from, int to) {
    in(to, "iptables -w -A INPUT -s %s -j DROP".formatted(address(from)));
  }

  /// From now on so many of a hundred packets that `from` sends do not reach `to`.
  public void lose(int from, int to, int percent) {
    Check.argument(percent >= 1 && percent <= 99, "1 to 99 percent: %d", percent);
    in(
        to,
        "iptables -w -A INPUT -s %s -m statistic --mode random --probability 0.%02d -j DROP"
            .formatted(address(from), percent));
  }

  /// From now on this happens to what `from` sends to `to`. At one receiver it is the same for all
  /// senders whose packets are treated there: what was said last.
  public void treat(int from, int to, Treatment treatment) {
    interceptors.computeIfAbsent(to, this::interceptor).treat(treatment);
    // A table of its own: what is accepted here may still be dropped by a cut.
    in(
        to,
        "iptables -w -t mangle -A INPUT -s %s -j NFQUEUE --queue-num 0".formatted(address(from)));
  }

  private Interceptor interceptor(int node) {
    Interceptor interceptor = Interceptor.start(path(node), new Chance(node));
    // It lives in the namespace, which would otherwise outlive its name.
    undo.add(interceptor::close);
    return interceptor;
  }

  /// The file that stands for the namespace of `node`.
  Path path(int node) {
    return Path.of("/run/netns", name(node));
  }

  /// From now on everything arrives, as it is and at once; what is held already goes on in its
  /// time.
  public void heal() {
    for (int node = 0; node < nodes; node++) {
      in(node, "iptables -w -F INPUT");
      in(node, "iptables -w -t mangle -F INPUT");
    }
  }

  /// The network only: `ip netns exec` would also give the process its own view of all mounts, and
  /// so keep every disk mounted that was there when it started.
  @Override
  public List<String> entering(int node) {
    return List.of("nsenter", "--net=" + path(node), "--");
  }

  @Override
  public InetSocketAddress listen(int node) {
    return new InetSocketAddress(address(node), PORT);
  }

  @Override
  public InetSocketAddress http(int node) {
    return new InetSocketAddress(address(node), HTTP_PORT);
  }

  @Override
  public InetSocketAddress clients(int node) {
    return new InetSocketAddress(outside(node), HTTP_PORT);
  }
}
