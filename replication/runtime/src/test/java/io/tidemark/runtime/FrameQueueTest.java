package io.tidemark.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.transport.Frame;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.SinkQueueWithCancel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

final class FrameQueueTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final int MAX_BYTES = 10_000;

  /// A wire takes these ahead of who reads it.
  private static final int AHEAD = 2;

  private final SinkQueueWithCancel<Frame> wire;
  private final FrameQueue queue;
  private int offered;

  FrameQueueTest() {
    var sink =
        Sink.<Frame>queue(1)
            .withAttributes(Attributes.inputBuffer(1, 1))
            .preMaterialize(KIT.system());
    wire = sink.first();
    queue = FrameQueue.into(sink.second(), MAX_BYTES, KIT.system());
  }

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  private boolean offer(int bytes) {
    return queue.offer(new Frame(Frame.Kind.BATCHES, 0, 0, offered++, new byte[bytes]));
  }

  private Optional<Frame> sent() throws Exception {
    return wire.pull().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  /// Until it takes no more; returns how many it took.
  private int fill(int bytes) {
    int taken = 0;
    while (offer(bytes)) {
      taken++;
    }
    return taken;
  }

  private void drain(int frames) throws Exception {
    long last = -1;
    for (int i = 0; i < frames; i++) {
      long next = sent().orElseThrow().epoch();
      assertThat(next).as("in order").isGreaterThan(last);
      last = next;
    }
  }

  @Test
  void isBoundedInBytesAndTakesAsMuchAgainHoweverManyWentThrough() throws Exception {
    for (int round = 0; round < 2000; round++) {
      int taken = fill(1000);
      assertThat(taken).as("round %d", round).isBetween(10, 10 + AHEAD);
      drain(taken);
    }
  }

  @Test
  void whatIsLargerThanAllThatMayWaitGoesAlone() throws Exception {
    int waiting = fill(1000);
    assertThat(offer(2 * MAX_BYTES)).isFalse();
    drain(waiting);
    assertThat(offer(2 * MAX_BYTES)).isTrue();
    assertThat(sent().orElseThrow().payload()).hasSize(2 * MAX_BYTES);
  }

  @Test
  void isBoundedInFramesToo() throws Exception {
    int taken = fill(0);
    assertThat(taken).isBetween(FrameQueue.MAX_FRAMES, FrameQueue.MAX_FRAMES + AHEAD);
    drain(taken);
    assertThat(offer(0)).isTrue();
  }

  @Test
  void whatWaitsIsSentBeforeTheEnd() throws Exception {
    assertThat(offer(7)).isTrue();
    queue.complete();
    assertThat(sent().orElseThrow().payload()).hasSize(7);
    assertThat(sent()).isEmpty();
    assertThat(offer(7)).isFalse();
  }
}
