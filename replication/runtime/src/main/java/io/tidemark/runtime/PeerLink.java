package io.tidemark.runtime;

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
  static final Attributes ON_LINK_DISPATCHER =
      ActorAttributes.dispatcher("tidemark.link-dispatcher");
  private static final int CONTROL_QUEUE_ITEMS = 8192;

  private final int sender;
  private final BoundedSourceQueue<Said> control;
  private final FrameQueue bulk;
  private volatile boolean open;

  PeerLink(int sender, BoundedSourceQueue<Said> control, FrameQueue bulk) {
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
    BoundedSourceQueue<Said> control =
        Source.<Said>queue(CONTROL_QUEUE_ITEMS)
            .conflateWithSeed(Newest::of, Newest::and)
            .mapConcat(newest -> newest.frames(sender, itemsPerFrame))
            .to(transport.sink(Lane.CONTROL, address))
            .withAttributes(ON_LINK_DISPATCHER)
            .run(system);
    FrameQueue bulk = FrameQueue.into(transport.sink(Lane.BULK, address), maxWaitingBytes, system);
    LOG.debug("linked to {}", address);
    return new PeerLink(sender, control, bulk);
  }

  /// Whether the peer may be told what counts.
  void open(boolean opened) {
    open = opened;
  }

  /// Says it; what still waits of the same kind and partition is replaced.
  void send(Said said) {
    if (open || said instanceof Pulse) {
      QueueOfferResult result = control.offer(said);
      if (!result.isEnqueued()) {
        LOG.trace("lost on the way out: {}", result);
      }
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
