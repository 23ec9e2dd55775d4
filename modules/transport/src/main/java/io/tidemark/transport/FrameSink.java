package io.tidemark.transport;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.SinkShape;
import org.apache.pekko.stream.stage.AbstractGraphStageWithMaterializedValue;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStageLogic;

/// The sending stage: one frame in flight.
///
/// It offers a frame a few times itself, which is the common case and costs no hand-over; then the
/// poller goes on and calls back. Upstream is pulled when the frame is sent or dropped.
final class FrameSink
    extends AbstractGraphStageWithMaterializedValue<SinkShape<Frame>, CompletionStage<Done>> {
  private static final int ATTEMPTS = 3;

  private final Inlet<Frame> in = Inlet.create("FrameSink.in");
  private final SinkShape<Frame> shape = SinkShape.of(in);
  private final AeronTransport transport;
  private final Lane lane;
  private final String channel;

  FrameSink(AeronTransport transport, Lane lane, String channel) {
    this.transport = transport;
    this.lane = lane;
    this.channel = channel;
  }

  @Override
  public SinkShape<Frame> shape() {
    return shape;
  }

  @Override
  public Pair<GraphStageLogic, CompletionStage<Done>> createLogicAndMaterializedValuePair(
      Attributes attributes) {
    Logic logic = new Logic();
    return Pair.create(logic, logic.done);
  }

  private final class Logic extends GraphStageLogic {
    private final CompletableFuture<Done> done = new CompletableFuture<>();
    private final Outbound outbound = transport.outbound(lane, channel);
    private AsyncCallback<Poller.Answer> answer;
    private boolean handedOver;
    private boolean finishing;

    Logic() {
      super(shape);
      setHandler(
          in,
          new AbstractInHandler() {
            @Override
            public void onPush() {
              send(grab(in));
            }

            @Override
            public void onUpstreamFinish() {
              finish();
            }

            @Override
            public void onUpstreamFailure(Throwable failure) {
              fail(failure);
            }
          });
    }

    /// The publication is made before the first frame is asked for.
    @Override
    public void preStart() {
      answer = createAsyncCallback(this::onAnswer);
      setKeepGoing(true);
      handOver();
    }

    private void send(Frame frame) {
      try {
        transport.checkSendable(lane, frame);
      } catch (IllegalArgumentException e) {
        fail(e);
        return;
      }
      outbound.load(frame);
      for (int i = 0; i < ATTEMPTS; i++) {
        switch (outbound.offer()) {
          case SENT, DROPPED -> {
            transport.wake();
            pull(in);
            return;
          }
          case WAIT, LOST -> {}
        }
      }
      handOver();
    }

    private void handOver() {
      handedOver = true;
      if (!transport.handOver(outbound, answer)) {
        onAnswer(Poller.Answer.CLOSED);
      }
    }

    private void onAnswer(Poller.Answer how) {
      handedOver = false;
      switch (how) {
        case READY -> {
          if (finishing) {
            finish();
          } else {
            pull(in);
          }
        }
        case CLOSED -> fail(new TransportException("the transport is closed"));
      }
    }

    /// Upstream has no more; the frame in flight still goes out.
    private void finish() {
      finishing = true;
      if (!handedOver) {
        done.complete(Done.getInstance());
        completeStage();
      }
    }

    private void fail(Throwable failure) {
      done.completeExceptionally(failure);
      failStage(failure);
    }

    @Override
    public void postStop() {
      transport.retire(outbound);
      done.completeExceptionally(new TransportException("stopped before upstream was finished"));
    }
  }
}
