package io.tidemark.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.tidemark.foundation.NodeId;
import io.tidemark.transport.Nodes.Arrivals;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.agrona.concurrent.UnsafeBuffer;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(90)
class FaultTest {
  @TempDir Path root;
  private ActorSystem system;
  private AeronTransport near;
  private InetSocketAddress farAddress;

  @BeforeEach
  void start() throws Exception {
    system = ActorSystem.create("faults");
    farAddress = Nodes.freeAddress();
    near = AeronTransport.start(Nodes.config(root, 0, Nodes.freeAddress()));
  }

  @AfterEach
  void stop() {
    near.close();
    system.terminate();
  }

  @Test
  void framesForAPeerThatIsNotThereAreDroppedAndTheStreamGoesOn() {
    CompletionStage<Done> done =
        Source.range(1, 10_000)
            .map(number -> Nodes.frame(number, 100))
            .runWith(near.sink(Lane.CONTROL, farAddress), system);
    assertThat(done.toCompletableFuture()).succeedsWithin(10, TimeUnit.SECONDS);
    assertThat(near.counters().droppedNotConnected()).isEqualTo(10_000);
    assertThat(near.counters().framesSent()).isZero();
  }

  @Test
  void aPeerThatComesUpLaterIsReachedByTheSameStream() {
    sendForever(Lane.BULK);
    Nodes.await().until(() -> near.counters().droppedNotConnected() > 10);
    try (AeronTransport far = AeronTransport.start(Nodes.config(root, 1, farAddress))) {
      Arrivals arrivals = Arrivals.of(far.source(Lane.BULK), system);
      Nodes.await().until(() -> arrivals.frames.size() > 10);
    }
  }

  @Test
  void aProcessThatEndedIsToldOfOnceUntilItIsHeardAgain() {
    Queue<InetSocketAddress> gone = new ConcurrentLinkedQueue<>();
    near.watchPeers(gone::add);
    sendForever(Lane.BULK);
    for (int life = 1; life <= 2; life++) {
      try (AeronTransport far = AeronTransport.start(Nodes.config(root, 1, farAddress))) {
        Arrivals arrivals = Arrivals.of(far.source(Lane.BULK), system);
        Nodes.await().until(() -> arrivals.frames.size() > 10);
        gone.clear();
      }
      Nodes.await().until(() -> !gone.isEmpty());
      long dropped = near.counters().droppedNotConnected();
      Nodes.await().until(() -> near.counters().droppedNotConnected() > dropped + 100);
      assertThat(gone).containsExactly(farAddress);
    }
  }

  @Test
  void aSendersClientThatClosedItselfIsReplaced() {
    survives(far -> near.breakClient(), far -> near);
  }

  @Test
  void aReceiversClientThatClosedItselfIsReplaced() {
    survives(AeronTransport::breakClient, far -> far);
  }

  @Test
  void aSendersDriverThatIsGoneIsReplaced() {
    survives(far -> near.breakDriver(), far -> near);
  }

  @Test
  void aReceiversDriverThatIsGoneIsReplaced() {
    survives(AeronTransport::breakDriver, far -> far);
  }

  private void survives(
      Consumer<AeronTransport> fault, Function<AeronTransport, AeronTransport> victim) {
    try (AeronTransport far = AeronTransport.start(Nodes.config(root, 1, farAddress))) {
      Arrivals arrivals = Arrivals.of(far.source(Lane.BULK), system);
      sendForever(Lane.BULK);
      Nodes.await().until(() -> arrivals.frames.size() > 10);

      fault.accept(far);
      Nodes.await().until(() -> victim.apply(far).counters().clientRestarts() == 1);
      int before = arrivals.frames.size();
      Nodes.await().until(() -> arrivals.frames.size() > before + 100);
      assertThat(near.counters().reconnects()).isEqualTo(victim.apply(far) == near ? 1 : 0);
      assertThat(arrivals.frames.stream().toList())
          .isSortedAccordingTo((a, b) -> Long.compare(a.epoch(), b.epoch()));
    }
  }

  private void sendForever(Lane lane) {
    Source.fromJavaStream(() -> LongStream.iterate(1, n -> n + 1).boxed())
        .throttle(1_000, Duration.ofSeconds(1))
        .map(number -> Nodes.frame(number, 100))
        .runWith(near.sink(lane, farAddress), system);
  }

  @Test
  void whatIsNotAFrameOfThisClusterIsCountedAndDropped() throws Exception {
    try (AeronTransport far = AeronTransport.start(Nodes.config(root, 1, farAddress))) {
      Arrivals arrivals = Arrivals.of(far.source(Lane.BULK), system);
      offerRaw(new byte[5]);
      offerRaw(new byte[100]);
      byte[] laterVersion = new byte[FrameCodec.HEADER_BYTES];
      new FrameCodec(Nodes.CLUSTER).encodeHeader(Nodes.frame(1, 0), new UnsafeBuffer(laterVersion));
      laterVersion[4]++;
      offerRaw(laterVersion);
      sendFromAnotherCluster();
      Map<Refusal, Long> expected =
          Map.of(Refusal.SHORT, 1L, Refusal.MAGIC, 1L, Refusal.VERSION, 1L);
      Nodes.await()
          .untilAsserted(
              () -> {
                assertThat(far.counters().refused()).containsAllEntriesOf(expected);
                assertThat(far.counters().refused().get(Refusal.CLUSTER)).isPositive();
              });
      assertThat(arrivals.frames).isEmpty();
      assertThat(far.counters().framesReceived()).isZero();
    }
  }

  private void offerRaw(byte[] message) {
    String directory = root.resolve("aeron-0").toString();
    try (Aeron aeron = Aeron.connect(new Aeron.Context().aeronDirectoryName(directory))) {
      ExclusivePublication publication =
          aeron.addExclusivePublication(
              "aeron:udp?endpoint=127.0.0.1:" + farAddress.getPort(), Lane.BULK.streamId());
      Nodes.await().until(() -> publication.offer(new UnsafeBuffer(message)) > 0);
    }
  }

  private void sendFromAnotherCluster() throws Exception {
    TransportConfig config =
        TransportConfig.defaults(
                new NodeId("stranger"), 0, 8, Nodes.freeAddress(), root.resolve("stranger"))
            .withPeers(1);
    try (AeronTransport stranger = AeronTransport.start(config)) {
      CompletionStage<Done> done =
          Source.repeat(Nodes.frame(1, 10))
              .throttle(100, Duration.ofSeconds(1))
              .takeWhile(_ -> stranger.counters().framesSent() < 3)
              .runWith(stranger.sink(Lane.BULK, farAddress), system);
      assertThat(done.toCompletableFuture()).succeedsWithin(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void datagramsThatNoNodeSentAreCountedAndHarmNothing() throws Exception {
    try (AeronTransport far = AeronTransport.start(Nodes.config(root, 1, farAddress));
        DatagramSocket socket = new DatagramSocket()) {
      Arrivals arrivals = Arrivals.of(far.source(Lane.BULK), system);
      Random random = new Random(3);
      for (int i = 0; i < 1_000; i++) {
        byte[] noise = new byte[random.nextInt(200)];
        random.nextBytes(noise);
        socket.send(new DatagramPacket(noise, noise.length, farAddress));
      }
      Nodes.await().until(() -> far.counters().refusedDatagrams() > 0);
      sendForever(Lane.BULK);
      Nodes.await().until(() -> arrivals.frames.size() > 10);
    }
  }
}
