package io.tidemark.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.foundation.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

final class PulseTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final NodeId B = new NodeId("b");

  private final TestProbe<Replica.Command> replicas = KIT.createTestProbe();

  /// Every fourth of them, from 1 on.
  private final TestProbe<Replica.Command> seconds = KIT.createTestProbe();

  private Pulse pulse(int partitions) {
    List<ReplicaHandle> handles =
        IntStream.range(0, partitions)
            .mapToObj(
                partition -> {
                  ReplicaHandle handle = new ReplicaHandle(partition);
                  handle.replica((partition % 4 == 1 ? seconds : replicas).getRef());
                  return handle;
                })
            .toList();
    return new Pulse(
        new NodeClock(),
        ReplicationSettings.defaults(),
        () -> Links.NONE,
        () -> handles,
        () -> 1,
        7);
  }

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  @Test
  void ofFewReplicasEachIsTickedEachTime() {
    Pulse pulse = pulse(100);
    pulse.tick();
    pulse.tick();
    assertThat(replicas.receiveSeveralMessages(150, PATIENCE))
        .hasOnlyElementsOfType(Replica.Tick.class);
    seconds.receiveSeveralMessages(50, PATIENCE);
    replicas.expectNoMessage();
  }

  @Test
  void ofManyReplicasEachIsTickedInItsTurn() {
    Pulse pulse = pulse(1000);
    pulse.tick();
    replicas.receiveSeveralMessages(750, PATIENCE);
    seconds.receiveSeveralMessages(250, PATIENCE);
    for (int turn = 0; turn < 4; turn++) {
      pulse.tick();
    }
    replicas.receiveSeveralMessages(750, PATIENCE);
    replicas.expectNoMessage();
    seconds.receiveSeveralMessages(250, PATIENCE);
    seconds.expectNoMessage();
  }

  @Test
  void aTickTellsWhichNodesAreThere() {
    Pulse pulse = pulse(1);
    pulse.heard(B, new ReplicaWire.Pulse(5, 1));
    pulse.tick();
    assertThat(replicas.receiveMessage()).isEqualTo(new Replica.Tick(Set.of(B)));
    pulse.lost(B);
    assertThat(replicas.receiveMessage()).isEqualTo(new Replica.NodeLost(B));
    pulse.tick();
    assertThat(replicas.receiveMessage()).isEqualTo(new Replica.Tick(Set.of()));
  }
}
