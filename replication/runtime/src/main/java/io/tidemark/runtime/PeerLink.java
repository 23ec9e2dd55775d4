package io.tidemark.runtime;

import io.tidemark.foundation.NodeId;
import io.tidemark.runtime.ReplicaWire.Item;
import io.tidemark.runtime.ReplicaWire.Slot;
import io.tidemark.transport.AeronTransport;
import io.tidemark.transport.Frame;
import io.tidemark.transport.Lane;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.stream.ActorAttributes;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.BoundedSourceQueue;
import org.apache.pekko.stream.QueueOfferResult;
import org.apache.pekko.stream.javadsl.Source;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The two streams to one peer: control, conflated, and batches, queued.
///
/// Both are bounded. A full queue loses what is offered, which the protocol takes for loss on the
/// wire. Safe for use by several threads.
final class PeerLink {
  private static final Logger LOG = LoggerFactory.getLogger(PeerLink.class);
  static final Attributes ON_REPLICA_DISPATCHER =
      ActorAttributes.dispatcher("tidemark.replica-dispatcher");
  private static final int CONTROL_QUEUE_ITEMS = 8192;
  private static final int BULK_QUEUE_FRAMES = 256;

  private final int sender;
  private final BoundedSourceQueue<Item> control;
  private final BoundedSourceQueue<Frame> bulk;

  PeerLink(int sender, BoundedSourceQueue<Item> control, BoundedSourceQueue<Frame> bulk) {
    this.sender = sender;
    this.control = control;
    this.bulk = bulk;
  }

  /// Streams of node number `sender` to `peer` at `address`.
  static PeerLink start(
      ActorSystem<?> system,
      AeronTransport transport,
      int sender,
      NodeId peer,
      InetSocketAddress address) {
    int itemsPerFrame = transport.maxPayloadBytes(Lane.CONTROL) / ReplicaWire.ITEM_BYTES;
    BoundedSourceQueue<Item> control =
        Source.<Item>queue(CONTROL_QUEUE_ITEMS)
            .conflateWithSeed(Newest::of, Newest::and)
            .mapConcat(newest -> newest.frames(sender, itemsPerFrame))
            .to(transport.sink(Lane.CONTROL, address))
            .withAttributes(ON_REPLICA_DISPATCHER)
            .run(system);
    BoundedSourceQueue<Frame> bulk =
        Source.<Frame>queue(BULK_QUEUE_FRAMES)
            .to(transport.sink(Lane.BULK, address))
            .withAttributes(ON_REPLICA_DISPATCHER)
            .run(system);
    LOG.debug("linked to {} at {}", peer, address);
    return new PeerLink(sender, control, bulk);
  }

  /// Says `message`; what still waits of the same kind and partition is replaced.
  void send(Item item) {
    offered(control.offer(item));
  }

  /// Sends batches of `partition`.
  void sendBatches(int partition, long epoch, byte[] payload) {
    offered(bulk.offer(new Frame(Frame.Kind.BATCHES, sender, partition, epoch, payload)));
  }

  /// Says who the replica of `partition` is.
  void greet(int partition, Greeting greeting) {
    byte[] payload = greeting.text().getBytes(StandardCharsets.UTF_8);
    offered(bulk.offer(new Frame(Frame.Kind.GREETING, sender, partition, 0, payload)));
  }

  /// Asks for batches that were lost, or gives them.
  void repair(int partition, RepairWire message) {
    offered(bulk.offer(new Frame(Frame.Kind.REPAIR, sender, partition, 0, message.encode())));
  }

  /// Ends both streams; what is still in them is sent.
  void close() {
    control.complete();
    bulk.complete();
  }

  private static void offered(QueueOfferResult result) {
    if (!result.isEnqueued() && LOG.isTraceEnabled()) {
      LOG.trace("lost on the way out: {}", result);
    }
  }

  /// The newest message of each kind of each partition, in the order of first arrival.
  private static final class Newest {
    private final Map<Slot, Item> items = new LinkedHashMap<>();

    static Newest of(Item item) {
      return new Newest().and(item);
    }

    Newest and(Item item) {
      items.put(item.slot(), item);
      return this;
    }

    List<Frame> frames(int sender, int itemsPerFrame) {
      List<Item> all = List.copyOf(items.values());
      List<Frame> frames = new ArrayList<>();
      for (int from = 0; from < all.size(); from += itemsPerFrame) {
        List<Item> some = all.subList(from, Math.min(all.size(), from + itemsPerFrame));
        frames.add(new Frame(Frame.Kind.CONTROL, sender, 0, 0, ReplicaWire.encodeItems(some)));
      }
      return frames;
    }
  }
}
