package io.tidemark.transport;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.apache.pekko.Done;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.SourceShape;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;

/// The receiving stage of a lane: the poller hands it batches, downstream pulls single frames.
final class FrameSource extends GraphStage<SourceShape<Frame>> {
  private final Outlet<Frame> out = Outlet.create("FrameSource.out");
  private final SourceShape<Frame> shape = SourceShape.of(out);
  private final AeronTransport transport;
  private final Inbound inbound;

  FrameSource(AeronTransport transport, Inbound inbound) {
    this.transport = transport;
    this.inbound = inbound;
  }

  @Override
  public SourceShape<Frame> shape() {
    return shape;
  }

  @Override
  public GraphStageLogic createLogic(Attributes attributes) {
    return new Logic();
  }

  private final class Logic extends GraphStageLogic {
    private final Queue<Frame> held = new ArrayDeque<>();
    private Receiver receiver;
    private boolean ended;

    Logic() {
      super(shape);
      setHandler(
          out,
          new AbstractOutHandler() {
            @Override
            public void onPull() {
              advance();
            }
          });
    }

    @Override
    public void preStart() {
      receiver =
          transport.receiver(createAsyncCallback(this::onBatch), createAsyncCallback(this::onEnd));
      if (!inbound.attach(receiver)) {
        failStage(new IllegalStateException("this lane has a source already"));
      } else if (transport.isClosed()) {
        // Closing ends the attached sources once; this one may have come after that.
        onEnd(Done.getInstance());
      }
    }

    private void onBatch(List<Frame> batch) {
      held.addAll(batch);
      advance();
    }

    private void onEnd(Done done) {
      ended = true;
      advance();
    }

    private void advance() {
      if (isAvailable(out) && !held.isEmpty()) {
        Frame next = held.remove();
        if (receiver.give(next)) {
          transport.wake();
        }
        push(out, next);
      }
      if (ended && held.isEmpty()) {
        completeStage();
      }
    }

    @Override
    public void postStop() {
      inbound.detach(receiver);
    }
  }
}
