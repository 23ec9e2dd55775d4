package io.tidemark.transport;

import io.tidemark.foundation.NodeId;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/// Transports on loopback and frames that carry their number in the epoch.
final class Nodes {
  static final int CLUSTER = 7;
  private static final int PROBE = 999;

  private Nodes() {}

  static InetSocketAddress freeAddress() throws IOException {
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
    }
  }

  static TransportConfig config(Path root, int sender, InetSocketAddress listen) {
    NodeId self = new NodeId("node-" + sender);
    return TransportConfig.defaults(self, sender, CLUSTER, listen, root.resolve("aeron-" + sender))
        .withPeers(1)
        .withWire(1408, 1024 * 1024, 64 * 1024);
  }

  static Frame frame(long number, int payloadBytes) {
    byte[] payload = new byte[payloadBytes];
    Arrays.fill(payload, (byte) number);
    return new Frame(Frame.Kind.BATCHES, 0, 0, number, payload);
  }

  static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(40)).pollInterval(Duration.ofMillis(10));
  }

  /// What arrived on a lane: probes are counted, the rest is kept.
  static final class Arrivals {
    final AtomicLong probes = new AtomicLong();
    final Queue<Frame> frames = new ConcurrentLinkedQueue<>();

    static Arrivals of(Source<Frame, NotUsed> source, ActorSystem system) {
      Arrivals arrivals = new Arrivals();
      source.runWith(Sink.foreach(arrivals::take), system);
      return arrivals;
    }

    void take(Frame frame) {
      if (frame.partition() == PROBE) {
        probes.incrementAndGet();
      } else {
        frames.add(frame);
      }
    }
  }

  /// Probes until one has arrived, then `frames`: from then on nothing is lost on loopback.
  static Source<Frame, ?> onceConnected(AtomicLong probesArrived, Source<Frame, NotUsed> frames) {
    Frame probe = new Frame(Frame.Kind.CONTROL, 0, PROBE, 0, new byte[0]);
    return Source.tick(Duration.ZERO, Duration.ofMillis(10), probe)
        .takeWhile(_ -> probesArrived.get() == 0)
        .concat(frames);
  }
}
