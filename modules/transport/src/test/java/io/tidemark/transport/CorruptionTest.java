package io.tidemark.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.transport.Nodes.Arrivals;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A network whose bits turn behind the system's checksum loses what it spoils, and nothing else.
@Timeout(90)
class CorruptionTest {
  private static final long SEED = 5;
  private static final int ROUNDS = 12;

  /// Aeron forgets a peer whose words make no sense after 10 s.
  private static final Duration SOON = Duration.ofSeconds(5);

  @TempDir Path root;
  private ActorSystem system;
  private InetSocketAddress relayAddress;
  private AeronTransport near;
  private AeronTransport far;
  private Relay relay;

  @BeforeEach
  void start() throws Exception {
    system = ActorSystem.create("corruption");
    InetSocketAddress farAddress = Nodes.freeAddress();
    relayAddress = Nodes.freeAddress();
    near = AeronTransport.start(Nodes.config(root, 0, Nodes.freeAddress()));
    far = AeronTransport.start(Nodes.config(root, 1, farAddress));
    relay = new Relay(relayAddress, farAddress, SEED);
  }

  @AfterEach
  void stop() throws Exception {
    relay.close();
    near.close();
    far.close();
    system.terminate();
  }

  @Test
  void whatIsSpoiltIsSentAgainAndNothingStaysStuck() throws Exception {
    Arrivals arrivals = Arrivals.of(far.source(Lane.CONTROL), system);
    Source.range(0, Integer.MAX_VALUE)
        .throttle(2000, Duration.ofSeconds(1))
        .map(number -> Nodes.frame(number, 600))
        .runWith(near.sink(Lane.CONTROL, relayAddress), system);
    for (int round = 0; round < ROUNDS; round++) {
      long turned = relay.turned();
      relay.corrupt(30);
      Nodes.await().until(() -> relay.turned() > turned + 40);
      relay.corrupt(0);
      int before = arrivals.frames.size();
      Nodes.await()
          .atMost(SOON)
          .alias("round " + round)
          .until(() -> arrivals.frames.size() > before + 100);
    }
    long next = arrivals.frames.element().epoch();
    for (Frame frame : arrivals.frames) {
      assertThat(frame.epoch()).isEqualTo(next++);
    }
    assertThat(near.counters().refusedDatagrams()).as("answers").isPositive();
    assertThat(far.counters().refusedDatagrams()).isPositive();
    assertThat(far.counters().refused().values()).as("frames").containsOnly(0L);
  }
}
