package io.tidemark.runtime;

import io.tidemark.transport.AeronTransport;
import io.tidemark.transport.TransportConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.zip.CRC32C;

/// The transport of one node, as its settings want it.
final class NodeTransport {
  private static final int BULK_TERM_BYTES = 16 << 20;
  private static final int CONTROL_TERM_BYTES = 1 << 20;

  private NodeTransport() {}

  static AeronTransport start(NodeConfig config, Peers peers, Path aeronDirectory) {
    OptionalInt mtuBytes = config.replication().mtuBytes();
    return AeronTransport.start(
        TransportConfig.defaults(
                config.self(),
                peers.number(),
                fingerprint(peers.roster().clusterId()),
                config.listen(),
                aeronDirectory)
            .withPeers(Math.max(1, peers.roster().present().size() - 1))
            .withWire(
                mtuBytes.orElseGet(() -> TransportConfig.interfaceMtuBytes(config.listen())),
                BULK_TERM_BYTES,
                CONTROL_TERM_BYTES));
  }

  /// What frames and segments carry of a cluster's id.
  static int fingerprint(String clusterId) {
    CRC32C crc = new CRC32C();
    crc.update(clusterId.getBytes(StandardCharsets.UTF_8));
    return (int) crc.getValue();
  }
}
