package io.tidemark.runtime;

import io.tidemark.runtime.ReplicaWire.Pulse;
import io.tidemark.runtime.ReplicaWire.Said;
import io.tidemark.transport.AeronTransport;
import io.tidemark.transport.Frame;
import io.tidemark.transport.Lane;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.stream.ActorAttributes;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.BoundedSourceQueue;
import org.apache.pekko.stream.javadsl.Source;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The two streams to one peer: control, conflated, and batches, queued.
///
/// Both are bounded. A full queue loses what is offered, which the protocol takes for loss on the
/// wire. What counts, messages and batches, is lost too until the link is opened, when the peer
/// remembers how old the data of this node are: see [Admission]. Safe for use by several threads.
final class PeerLink {
  private static final Logger LOG = LoggerFactory.getLogger(PeerLink.class);
  private static final String DISPATCHER = "tidemark.link-dispatcher";
  static final Attributes ON_LINK_DISPATCHER = ActorAttributes.dispatcher(DISPATCHER);
  private static final int CONTROL_QUEUE_ITEMS = 64;

  private final int sender;
  private final ControlQueue control;
  private final FrameQueue bulk;
  private volatile boolean open;

  PeerLink(int sender, ControlQueue control, FrameQueue bulk) {
    this.sender = sender;
    this.control = control;
    this.bulk = bulk;
  }

  /// Streams of node number `sender` to the peer at `address`.
  ///
  /// @param maxWaitingBytes of batches that wait for the wire
  static PeerLink start(
      ActorSystem<?> system,
      AeronTransport transport,
      int sender,
      InetSocketAddress address,
      long maxWaitingBytes) {
    int itemsPerFrame = transport.maxPayloadBytes(Lane.CONTROL) / ReplicaWire.ITEM_BYTES;
    BoundedSourceQueue<ControlQueue.Newest> wire =
        Source.<ControlQueue.Newest>queue(CONTROL_QUEUE_ITEMS)
            .conflate(ControlQueue.Newest::and)
            .mapConcat(newest -> newest.frames(sender, itemsPerFrame))
            .to(transport.sink(Lane.CONTROL, address))
            .withAttributes(ON_LINK_DISPATCHER)
            .run(system);
    FrameQueue bulk = FrameQueue.into(transport.sink(Lane.BULK, address), maxWaitingBytes, system);
    LOG.debug("linked to {}", address);
    Executor links = system.dispatchers().lookup(DispatcherSelector.fromConfig(DISPATCHER));
    return new PeerLink(sender, new ControlQueue(links, wire), bulk);
  }

  /// Whether the peer may be told what counts.
  void open(boolean opened) {
    open = opened;
  }

  /// Says it; what still waits of the same kind and partition is replaced.
  void send(Said said) {
    if (open || said instanceof Pulse) {
      control.add(said);
    }
  }

  /// Sends batches of `partition`.
  void sendBatches(int partition, long epoch, byte[] payload) {
    if (open) {
      bulk.offer(new Frame(Frame.Kind.BATCHES, sender, partition, epoch, payload));
    }
  }

  /// Says where the log of `partition` is to begin.
  void sendOffer(int partition, long epoch, byte[] payload) {
    if (open) {
      bulk.offer(new Frame(Frame.Kind.OFFER, sender, partition, epoch, payload));
    }
  }

  /// Says who the replica of `partition` is.
  void greet(int partition, Greeting greeting) {
    byte[] payload = greeting.text().getBytes(StandardCharsets.UTF_8);
    bulk.offer(new Frame(Frame.Kind.GREETING, sender, partition, 0, payload));
  }

  /// Asks for batches that were lost, or gives them.
  void repair(int partition, RepairWire message) {
    bulk.offer(new Frame(Frame.Kind.REPAIR, sender, partition, 0, message.encode()));
  }

  /// Says how old the data are, of this node or of the peer.
  void age(AgeWire message) {
    bulk.offer(new Frame(Frame.Kind.AGE, sender, 0, 0, message.encode()));
  }

  /// Ends both streams; what is still in them is sent.
  void close() {
    control.complete();
    bulk.complete();
  }
}
