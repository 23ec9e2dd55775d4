package io.tidemark.runtime;

import io.tidemark.foundation.NodeId;
import io.tidemark.runtime.ReplicaWire.Item;
import io.tidemark.runtime.ReplicaWire.Pulse;
import io.tidemark.runtime.ReplicaWire.Said;
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
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
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
/// wire. What counts, messages and batches, is lost too until the link is opened, when the peer
/// remembers how old the data of this node are: see [Admission]. Safe for use by several threads.
final class PeerLink {
  private static final Logger LOG = LoggerFactory.getLogger(PeerLink.class);
  static final Attributes ON_REPLICA_DISPATCHER =
      ActorAttributes.dispatcher("tidemark.replica-dispatcher");
  private static final int CONTROL_QUEUE_ITEMS = 8192;
  private static final int BULK_QUEUE_FRAMES = 256;
  private static final long BULK_QUEUE_BYTES = 64 << 20;

  private final int sender;
  private final BoundedSourceQueue<Said> control;
  private final BoundedSourceQueue<Frame> bulk;

  /// Of payloads in the bulk queue.
  private final AtomicLong queuedBytes;

  private volatile boolean open;

  private PeerLink(
      int sender,
      BoundedSourceQueue<Said> control,
      BoundedSourceQueue<Frame> bulk,
      AtomicLong queuedBytes) {
    this.sender = sender;
    this.control = control;
    this.bulk = bulk;
    this.queuedBytes = queuedBytes;
  }

  /// Over queues that are emptied at once.
  PeerLink(int sender, BoundedSourceQueue<Said> control, BoundedSourceQueue<Frame> bulk) {
    this(sender, control, bulk, new AtomicLong(Long.MIN_VALUE));
  }

  /// Streams of node number `sender` to `peer` at `address`.
  static PeerLink start(
      ActorSystem<?> system,
      AeronTransport transport,
      int sender,
      NodeId peer,
      InetSocketAddress address) {
    int itemsPerFrame = transport.maxPayloadBytes(Lane.CONTROL) / ReplicaWire.ITEM_BYTES;
    BoundedSourceQueue<Said> control =
        Source.<Said>queue(CONTROL_QUEUE_ITEMS)
            .conflateWithSeed(Newest::of, Newest::and)
            .mapConcat(newest -> newest.frames(sender, itemsPerFrame))
            .to(transport.sink(Lane.CONTROL, address))
            .withAttributes(ON_REPLICA_DISPATCHER)
            .run(system);
    AtomicLong queuedBytes = new AtomicLong();
    BoundedSourceQueue<Frame> bulk =
        Source.<Frame>queue(BULK_QUEUE_FRAMES)
            .wireTap(frame -> queuedBytes.addAndGet(-frame.payload().length))
            .to(transport.sink(Lane.BULK, address))
            .withAttributes(ON_REPLICA_DISPATCHER)
            .run(system);
    LOG.debug("linked to {} at {}", peer, address);
    return new PeerLink(sender, control, bulk, queuedBytes);
  }

  /// Whether the peer may be told what counts.
  void open(boolean opened) {
    open = opened;
  }

  /// Says it; what still waits of the same kind and partition is replaced.
  void send(Said said) {
    if (open || said instanceof Pulse) {
      offered(control.offer(said));
    }
  }

  /// Sends batches of `partition`.
  void sendBatches(int partition, long epoch, byte[] payload) {
    if (open) {
      offerBulk(new Frame(Frame.Kind.BATCHES, sender, partition, epoch, payload));
    }
  }

  /// Says where the log of `partition` is to begin.
  void sendOffer(int partition, long epoch, byte[] payload) {
    if (open) {
      offerBulk(new Frame(Frame.Kind.OFFER, sender, partition, epoch, payload));
    }
  }

  /// Says who the replica of `partition` is.
  void greet(int partition, Greeting greeting) {
    byte[] payload = greeting.text().getBytes(StandardCharsets.UTF_8);
    offerBulk(new Frame(Frame.Kind.GREETING, sender, partition, 0, payload));
  }

  /// Asks for batches that were lost, or gives them.
  void repair(int partition, RepairWire message) {
    offerBulk(new Frame(Frame.Kind.REPAIR, sender, partition, 0, message.encode()));
  }

  /// Says how old the data are, of this node or of the peer.
  void age(AgeWire message) {
    offerBulk(new Frame(Frame.Kind.AGE, sender, 0, 0, message.encode()));
  }

  /// Ends both streams; what is still in them is sent.
  void close() {
    control.complete();
    bulk.complete();
  }

  /// One that is larger than all that may wait goes alone.
  private void offerBulk(Frame frame) {
    int bytes = frame.payload().length;
    long queued = queuedBytes.addAndGet(bytes);
    if (queued > Math.max(bytes, BULK_QUEUE_BYTES) || !bulk.offer(frame).isEnqueued()) {
      queuedBytes.addAndGet(-bytes);
      LOG.trace("lost on the way out: {}", frame);
    }
  }

  private static void offered(QueueOfferResult result) {
    if (!result.isEnqueued() && LOG.isTraceEnabled()) {
      LOG.trace("lost on the way out: {}", result);
    }
  }

  /// The newest message of each kind of each partition, in the order of first arrival.
  private static final class Newest {
    private final Map<Slot, Item> items = new LinkedHashMap<>();
    private Optional<Pulse> pulse = Optional.empty();

    static Newest of(Said said) {
      return new Newest().and(said);
    }

    Newest and(Said said) {
      switch (said) {
        case Item item -> items.put(item.slot(), item);
        case Pulse newest -> pulse = Optional.of(newest);
      }
      return this;
    }

    List<Frame> frames(int sender, int itemsPerFrame) {
      List<Item> all = List.copyOf(items.values());
      List<Frame> frames = new ArrayList<>();
      pulse.ifPresent(one -> frames.add(frame(Frame.Kind.PULSE, sender, one.encode())));
      for (int from = 0; from < all.size(); from += itemsPerFrame) {
        List<Item> some = all.subList(from, Math.min(all.size(), from + itemsPerFrame));
        frames.add(frame(Frame.Kind.CONTROL, sender, ReplicaWire.encodeItems(some)));
      }
      return frames;
    }

    private static Frame frame(Frame.Kind kind, int sender, byte[] payload) {
      return new Frame(kind, sender, 0, 0, payload);
    }
  }
}
