package io.tidemark.runtime;

import io.tidemark.transport.Frame;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;

/// A link without a wire.
final class TestLink {
  private static final int CONTROL_ITEMS = 1024;
  private static final long BULK_BYTES = 64 << 20;

  private TestLink() {}

  static PeerLink to(
      Consumer<ReplicaWire.Said> control, Consumer<Frame> bulk, ActorSystem<?> system) {
    return new PeerLink(
        0,
        new ControlQueue(
            Runnable::run,
            Source.<ControlQueue.Newest>queue(CONTROL_ITEMS)
                .to(Sink.foreach(newest -> newest.all().forEach(control)))
                .run(system)),
        FrameQueue.into(Sink.foreach(bulk::accept), BULK_BYTES, system));
  }
}
