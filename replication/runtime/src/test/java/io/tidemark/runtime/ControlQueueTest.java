package io.tidemark.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.protocol.Message;
import io.tidemark.runtime.ReplicaWire.Item;
import io.tidemark.runtime.ReplicaWire.Pulse;
import io.tidemark.runtime.ReplicaWire.Said;
import io.tidemark.transport.Frame;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.SinkQueueWithCancel;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

final class ControlQueueTest {
  private static final ActorTestKit KIT = ActorTestKit.create();

  private final Queue<Runnable> links = new ArrayDeque<>();
  private final SinkQueueWithCancel<ControlQueue.Newest> wire;
  private final ControlQueue queue;

  ControlQueueTest() {
    var stream =
        Source.<ControlQueue.Newest>queue(8)
            .toMat(Sink.<ControlQueue.Newest>queue(), Keep.both())
            .run(KIT.system());
    wire = stream.second();
    queue = new ControlQueue(links::add, stream.first());
  }

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  private static Item committed(int partition, long lsn) {
    return new Item(partition, 1, 2, new Message.Committed(1, lsn));
  }

  /// What is sent when the thread of the links comes round.
  private List<Said> sent() throws Exception {
    links.remove().run();
    return wire.pull().toCompletableFuture().get(10, TimeUnit.SECONDS).orElseThrow().all();
  }

  @Test
  void whatIsSaidUntilTheThreadComesRoundGoesTogether() throws Exception {
    for (int partition = 0; partition < 100; partition++) {
      queue.add(committed(partition, 7));
    }
    assertThat(links).as("it is told once").hasSize(1);
    assertThat(sent()).hasSize(100);
    queue.add(committed(3, 8));
    assertThat(sent()).containsExactly(committed(3, 8));
  }

  @Test
  void theNewestOfAKindForAReplicaReplacesWhatWaits() throws Exception {
    Item heartbeat = new Item(1, 1, 2, new Message.Heartbeat(1, 7, 0));
    queue.add(committed(1, 7));
    queue.add(heartbeat);
    queue.add(new Pulse(5, 1));
    queue.add(committed(2, 7));
    queue.add(committed(1, 9));
    queue.add(new Pulse(5, 2));
    assertThat(sent())
        .containsExactlyInAnyOrder(committed(1, 9), heartbeat, committed(2, 7), new Pulse(5, 2));
  }

  @Test
  void whatIsForAnotherReplicaOfTheNodeDoesNot() throws Exception {
    Item former = new Item(1, 9, 4, new Message.Committed(1, 7));
    Item next = new Item(1, 9, 5, new Message.Committed(1, 7));
    queue.add(next);
    queue.add(former);
    assertThat(sent()).containsExactly(next, former);
  }

  @Test
  void whatTheWireIsTooSlowForConflatesToo() {
    var newest = new ControlQueue.Newest().and(committed(1, 7)).and(new Pulse(5, 1));
    newest.and(new ControlQueue.Newest().and(committed(1, 9)).and(committed(2, 9)));
    assertThat(newest.all())
        .containsExactlyInAnyOrder(committed(1, 9), committed(2, 9), new Pulse(5, 1));
  }

  @Test
  void aFrameHoldsAsManyAsFit() {
    var newest = new ControlQueue.Newest();
    for (int partition = 0; partition < 25; partition++) {
      newest.and(committed(partition, 7));
    }
    newest.and(new Pulse(5, 1));
    assertThat(newest.frames(3, 10))
        .extracting(Frame::kind)
        .containsExactly(
            Frame.Kind.PULSE, Frame.Kind.CONTROL, Frame.Kind.CONTROL, Frame.Kind.CONTROL);
  }
}
