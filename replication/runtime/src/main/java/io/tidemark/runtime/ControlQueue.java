package io.tidemark.runtime;

import io.tidemark.runtime.ReplicaWire.Item;
import io.tidemark.runtime.ReplicaWire.Pulse;
import io.tidemark.runtime.ReplicaWire.Said;
import io.tidemark.runtime.ReplicaWire.Slot;
import io.tidemark.transport.Frame;
import io.tidemark.transport.Lane;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.apache.pekko.stream.BoundedSourceQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is said to one peer on the [control lane][Lane#CONTROL] and not sent yet: of each kind for
/// each replica the newest. Safe for use by several threads.
///
/// It is sent when the thread of the links comes round to it, so that all replicas that had a turn
/// until then share frames. Sent at once, a thousand partitions made 38,000 frames a second and
/// node, of one message each, and had no time left for records.
final class ControlQueue {
  private static final Logger LOG = LoggerFactory.getLogger(ControlQueue.class);

  private final Executor links;
  private final BoundedSourceQueue<Newest> wire;
  private Optional<Newest> waiting = Optional.empty();

  /// @param links where it is sent
  /// @param wire takes it
  ControlQueue(Executor links, BoundedSourceQueue<Newest> wire) {
    this.links = links;
    this.wire = wire;
  }

  /// Says it; what still waits of the same kind for the same replica is replaced.
  void add(Said said) {
    if (isFirst(said)) {
      try {
        links.execute(this::send);
      } catch (RejectedExecutionException e) {
        LOG.trace("lost on the way out: {}", said);
      }
    }
  }

  private synchronized boolean isFirst(Said said) {
    boolean first = waiting.isEmpty();
    waiting = Optional.of(waiting.orElseGet(Newest::new).and(said));
    return first;
  }

  private synchronized void send() {
    waiting.filter(sent -> !wire.offer(sent).isEnqueued()).ifPresent(ControlQueue::lost);
    waiting = Optional.empty();
  }

  private static void lost(Newest sent) {
    LOG.trace("lost on the way out: {}", sent);
  }

  /// Takes no more.
  void complete() {
    wire.complete();
  }

  /// The newest message of each kind for each replica, in the order of first arrival.
  static final class Newest {
    private final Map<Slot, Item> items = new LinkedHashMap<>();
    private Optional<Pulse> pulse = Optional.empty();

    Newest and(Said said) {
      switch (said) {
        case Item item -> items.put(item.slot(), item);
        case Pulse newest -> pulse = Optional.of(newest);
      }
      return this;
    }

    /// With what came later.
    Newest and(Newest later) {
      items.putAll(later.items);
      pulse = later.pulse.or(() -> pulse);
      return this;
    }

    List<Said> all() {
      List<Said> all = new ArrayList<>(items.values());
      pulse.ifPresent(all::add);
      return all;
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

    @Override
    public String toString() {
      return all().toString();
    }
  }
}
