package io.tidemark.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.transport.Nodes.Arrivals;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.SinkQueueWithCancel;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(90)
class ExchangeTest {
  private static final int BUFFER_FRAMES = 8;

  @TempDir Path root;
  private ActorSystem system;
  private AeronTransport near;
  private AeronTransport far;
  private InetSocketAddress farAddress;

  @BeforeEach
  void start() throws Exception {
    system = ActorSystem.create("exchange");
    farAddress = Nodes.freeAddress();
    near = AeronTransport.start(Nodes.config(root, 0, Nodes.freeAddress()));
    far =
        AeronTransport.start(
            Nodes.config(root, 1, farAddress).withSourceBuffer(BUFFER_FRAMES, 256 * 1024));
  }

  @AfterEach
  void stop() {
    near.close();
    far.close();
    system.terminate();
  }

  @Test
  void bothLanesKeepOrderAndLoseNothing() {
    int count = 100_000;
    for (Lane lane : Lane.values()) {
      AtomicLong probes = new AtomicLong();
      int maxPayloadBytes = near.maxPayloadBytes(lane);
      CompletionStage<Long> arrived =
          far.source(lane)
              .filter(frame -> frame.epoch() > 0 || probes.incrementAndGet() == 0)
              .take(count)
              .runFold(
                  0L,
                  (last, frame) -> {
                    long number = last + 1;
                    assertThat(frame).isEqualTo(numbered(number, maxPayloadBytes));
                    return number;
                  },
                  system);
      Source<Frame, NotUsed> frames =
          Source.fromJavaStream(() -> LongStream.rangeClosed(1, count).boxed())
              .map(number -> numbered(number, maxPayloadBytes));
      Nodes.onceConnected(probes, frames).runWith(near.sink(lane, farAddress), system);
      assertThat(arrived.toCompletableFuture().join()).isEqualTo(count);
    }
    assertThat(far.counters().refused().values()).containsOnly(0L);
    assertThat(near.counters().framesSent()).isEqualTo(far.counters().framesReceived());
    assertThat(near.counters().bytesSent()).isEqualTo(far.counters().bytesReceived());
  }

  /// Mostly small, each five hundredth as large as it may be, each the same when built again.
  private static Frame numbered(long number, int maxPayloadBytes) {
    int length = number % 500 == 0 ? maxPayloadBytes : new Random(number).nextInt(1_500);
    return Nodes.frame(number, Math.min(length, maxPayloadBytes));
  }

  @Test
  void aSlowReceiverHoldsTheSenderBackAndLosesNothing() throws Exception {
    int count = 20_000;
    AtomicLong probes = new AtomicLong();
    SinkQueueWithCancel<Frame> slow =
        far.source(Lane.BULK)
            .filter(frame -> frame.epoch() > 0 || probes.incrementAndGet() == 0)
            .runWith(Sink.<Frame>queue(1).withAttributes(Attributes.inputBuffer(1, 1)), system);
    Source<Frame, NotUsed> frames =
        Source.range(1, count).map(number -> Nodes.frame(number, 1_024));
    Nodes.onceConnected(probes, frames).runWith(near.sink(Lane.BULK, farAddress), system);

    Nodes.await().until(() -> near.counters().backPressured() > 0);
    Nodes.await().until(() -> far.counters().sourceFull() > 0);
    // What was taken from Aeron: the buffer, one in the test's queue, one on the way, the probes.
    assertThat(far.counters().framesReceived() - probes.get())
        .isLessThanOrEqualTo(BUFFER_FRAMES + 2);
    assertThat(near.counters().framesSent()).isLessThan(count);

    for (long number = 1; number <= count; number++) {
      Frame next = slow.pull().toCompletableFuture().get(10, TimeUnit.SECONDS).orElseThrow();
      assertThat(next.epoch()).isEqualTo(number);
    }
    slow.cancel();
    assertThat(near.counters().droppedNotConnected()).isLessThan(100);
  }

  @Test
  void aFullBulkLaneDoesNotHoldUpControl() {
    Arrivals control = Arrivals.of(far.source(Lane.CONTROL), system);
    AtomicLong probes = new AtomicLong();
    // Takes probes only, then never pulls again.
    far.source(Lane.BULK)
        .takeWhile(frame -> frame.epoch() == 0)
        .map(frame -> probes.incrementAndGet())
        .concat(Source.maybe())
        .runWith(Sink.ignore(), system);
    Source<Frame, NotUsed> frames = Source.repeat(Nodes.frame(1, 10_000));
    Nodes.onceConnected(probes, frames).runWith(near.sink(Lane.BULK, farAddress), system);
    Nodes.await().until(() -> near.counters().backPressured() > 0);

    Source<Frame, NotUsed> beats = Source.range(1, 1_000).map(number -> Nodes.frame(number, 10));
    Nodes.onceConnected(control.probes, beats).runWith(near.sink(Lane.CONTROL, farAddress), system);
    Nodes.await().until(() -> control.frames.size() == 1_000);
  }

  @Test
  void aFrameThatIsTooLargeFailsTheStreamAtOnce() {
    int tooLarge = near.maxPayloadBytes(Lane.CONTROL) + 1;
    CompletionStage<Done> done =
        Source.single(Nodes.frame(1, tooLarge))
            .runWith(near.sink(Lane.CONTROL, farAddress), system);
    assertThatThrownBy(() -> done.toCompletableFuture().join())
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a payload of " + tooLarge);
  }

  @Test
  void aFrameInAnothersNameFailsTheStreamAtOnce() {
    CompletionStage<Done> done =
        Source.single(Nodes.frame(1, 1)).runWith(far.sink(Lane.CONTROL, farAddress), system);
    assertThatThrownBy(() -> done.toCompletableFuture().join())
        .hasCauseInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("sender 0 leaves node 1");
  }

  @Test
  void aLaneHasOneSourceAtATime() {
    SinkQueueWithCancel<Frame> first = far.source(Lane.BULK).runWith(Sink.<Frame>queue(1), system);
    CompletionStage<List<Frame>> second = far.source(Lane.BULK).runWith(Sink.seq(), system);
    assertThatThrownBy(() -> second.toCompletableFuture().join())
        .hasCauseInstanceOf(IllegalStateException.class);

    first.cancel();
    Nodes.await()
        .untilAsserted(
            () -> {
              CompletionStage<Done> third =
                  far.source(Lane.BULK)
                      .takeWithin(Duration.ofMillis(50))
                      .runWith(Sink.ignore(), system);
              assertThat(third.toCompletableFuture()).succeedsWithin(5, TimeUnit.SECONDS);
            });
  }
}
