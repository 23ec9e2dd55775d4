package io.tidemark.transport;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.Done;
import org.apache.pekko.stream.stage.AsyncCallback;

/// The poller's end of a source: the credit it may use and the way to the stage.
///
/// The poller takes credit for each frame it copies, the stage gives it back when downstream has
/// pulled the frame. So what is on the way to the stage counts as well as what lies in it, and the
/// stage's buffer has a limit though messages to it have none.
final class Receiver {
  private final int limitFrames;
  private final long limitBytes;
  private final AsyncCallback<List<Frame>> frames;
  private final AsyncCallback<Done> end;
  private final AtomicInteger heldFrames = new AtomicInteger();
  private final AtomicLong heldBytes = new AtomicLong();

  Receiver(
      int limitFrames,
      long limitBytes,
      AsyncCallback<List<Frame>> frames,
      AsyncCallback<Done> end) {
    this.limitFrames = limitFrames;
    this.limitBytes = limitBytes;
    this.frames = frames;
    this.end = end;
  }

  boolean isFull() {
    return heldFrames.get() >= limitFrames || heldBytes.get() >= limitBytes;
  }

  void take(Frame frame) {
    heldFrames.incrementAndGet();
    heldBytes.addAndGet(frame.payload().length);
  }

  /// True if there was no room before.
  boolean give(Frame frame) {
    boolean wasFull = isFull();
    heldFrames.decrementAndGet();
    heldBytes.addAndGet(-frame.payload().length);
    return wasFull;
  }

  int heldFrames() {
    return heldFrames.get();
  }

  void deliver(List<Frame> batch) {
    frames.invoke(batch);
  }

  void end() {
    end.invoke(Done.getInstance());
  }
}
