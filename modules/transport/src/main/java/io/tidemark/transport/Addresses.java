package io.tidemark.transport;

import io.tidemark.foundation.Check;
import java.net.Inet6Address;
import java.net.InetSocketAddress;

/// Which socket addresses the transport accepts, and how Aeron spells them.
final class Addresses {
  private Addresses() {}

  static void checkListen(InetSocketAddress listen) {
    Check.argument(!listen.isUnresolved(), "listen address %s is not resolved", listen);
    checkUnicast("listen", listen);
  }

  /// A peer may be an unresolved host name: Aeron resolves it, again and again while it is away.
  static void checkUnicast(String what, InetSocketAddress address) {
    Check.argument(address.getPort() != 0, "%s address %s has no port", what, address);
    Check.argument(
        address.isUnresolved()
            || !(address.getAddress().isAnyLocalAddress()
                || address.getAddress().isMulticastAddress()),
        "%s address %s is not the address of one interface",
        what,
        address);
  }

  /// `host:port`, an IPv6 address in brackets.
  static String endpoint(InetSocketAddress address) {
    String host =
        address.isUnresolved() ? address.getHostString() : address.getAddress().getHostAddress();
    boolean v6 = address.getAddress() instanceof Inet6Address;
    return (v6 ? "[" + host + "]" : host) + ":" + address.getPort();
  }
}
