package io.tidemark.runtime;

import io.tidemark.transport.Frame;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.stream.BoundedSourceQueue;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Frames that wait for the wire to one peer, bounded in bytes of their payloads. What it does not
/// take is lost, which the protocol takes for loss on the wire. Safe for use by several threads.
final class FrameQueue {
  private static final Logger LOG = LoggerFactory.getLogger(FrameQueue.class);

  /// A frame of no bytes takes memory, too.
  static final int MAX_FRAMES = 8192;

  private final BoundedSourceQueue<Frame> frames;
  private final AtomicLong waitingBytes;
  private final long maxBytes;

  private FrameQueue(BoundedSourceQueue<Frame> frames, AtomicLong waitingBytes, long maxBytes) {
    this.frames = frames;
    this.waitingBytes = waitingBytes;
    this.maxBytes = maxBytes;
  }

  /// One that `wire` empties.
  static FrameQueue into(Sink<Frame, ?> wire, long maxBytes, ActorSystem<?> system) {
    AtomicLong waitingBytes = new AtomicLong();
    BoundedSourceQueue<Frame> frames =
        Source.<Frame>queue(MAX_FRAMES)
            .map(
                frame -> {
                  waitingBytes.addAndGet(-frame.payload().length);
                  return frame;
                })
            .to(wire)
            .withAttributes(PeerLink.ON_LINK_DISPATCHER)
            .run(system);
    return new FrameQueue(frames, waitingBytes, maxBytes);
  }

  /// False if it is lost. One that is larger than all that may wait is taken if nothing waits.
  boolean offer(Frame frame) {
    int bytes = frame.payload().length;
    long waiting = waitingBytes.addAndGet(bytes);
    boolean taken = waiting <= Math.max(bytes, maxBytes) && frames.offer(frame).isEnqueued();
    if (!taken) {
      waitingBytes.addAndGet(-bytes);
      LOG.trace("lost on the way out: {}", frame);
    }
    return taken;
  }

  /// Takes no more; what waits is sent.
  void complete() {
    frames.complete();
  }
}
