package io.tidemark.simkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.foundation.Chance;
import io.tidemark.foundation.ReplicaId;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What a [SimulatedNetwork] does to messages, and that the same seed does the same again.
class SimulatedNetworkTest {
  private static final ReplicaId A = ReplicaId.parse("a");
  private static final ReplicaId B = ReplicaId.parse("b");
  private static final ReplicaId C = ReplicaId.parse("c");

  private final VirtualTime time = new VirtualTime();
  private final List<String> received = new ArrayList<>();

  private SimulatedNetwork<Integer> network(long seed, LinkQuality quality) {
    SimulatedNetwork<Integer> network = new SimulatedNetwork<>(time, new Chance(seed), quality);
    for (ReplicaId node : List.of(A, B, C)) {
      start(network, node);
    }
    return network;
  }

  private void start(SimulatedNetwork<Integer> network, ReplicaId node) {
    network.start(node, (from, message) -> received.add(from + ">" + node + ":" + message));
  }

  private void runAll() {
    boolean more = time.runNext();
    while (more) {
      more = time.runNext();
    }
  }

  @Test
  void perfectLinkDeliversAllInOrder() {
    SimulatedNetwork<Integer> network = network(1, LinkQuality.PERFECT);
    network.send(A, B, 1);
    network.send(A, B, 2);
    assertThat(received).as("nothing arrives inside send").isEmpty();
    runAll();
    assertThat(received).containsExactly("a>b:1", "a>b:2");
  }

  @Test
  void badLinkLosesDuplicatesAndReordersAndCountsEachCopy() {
    SimulatedNetwork<Integer> network = network(7, new LinkQuality(100, 5000, 10, 5));
    IntStream.range(0, 10_000).forEach(i -> network.send(A, B, i));
    assertThat(network.counts().inFlight()).isPositive();
    runAll();
    SimulatedNetwork.Counts counts = network.counts();
    assertThat(counts.sent()).isEqualTo(10_000);
    assertThat(counts.duplicated()).isBetween(400L, 600L);
    assertThat(counts.lost()).isBetween(900L, 1200L);
    assertThat(counts.delivered()).isEqualTo(received.size());
    assertThat(counts.inFlight()).isZero();
    assertThat(received.subList(0, 3)).isNotEqualTo(List.of("a>b:0", "a>b:1", "a>b:2"));
  }

  @Test
  void sameSeedGivesTheSameRun() {
    for (int run = 0; run < 2; run++) {
      SimulatedNetwork<Integer> network = network(42, new LinkQuality(0, 900, 20, 20));
      IntStream.range(0, 500).forEach(i -> network.send(i % 2 == 0 ? A : C, B, i));
      runAll();
    }
    int half = received.size() / 2;
    assertThat(received.subList(0, half)).isEqualTo(received.subList(half, received.size()));
  }

  @Test
  void cutIsOneWayAndTakesWhatIsOnItsWay() {
    SimulatedNetwork<Integer> network = network(1, new LinkQuality(10, 10, 0, 0));
    network.send(A, B, 1);
    network.cut(A, B);
    network.send(A, B, 2);
    network.send(B, A, 3);
    runAll();
    assertThat(received).containsExactly("b>a:3");
    network.mend(A, B);
    network.send(A, B, 4);
    runAll();
    assertThat(received).containsExactly("b>a:3", "a>b:4");
    assertThat(network.counts()).isEqualTo(new SimulatedNetwork.Counts(4, 2, 2, 0));
  }

  @Test
  void splitSeparatesTheSidesOnly() {
    SimulatedNetwork<Integer> network = network(1, LinkQuality.PERFECT);
    network.split(List.of(A), List.of(B, C));
    network.send(A, B, 1);
    network.send(C, A, 2);
    network.send(B, C, 3);
    runAll();
    assertThat(received).containsExactly("b>c:3");
    assertThat(network.isCut(A, C)).isTrue();
    network.heal();
    network.send(A, B, 4);
    runAll();
    assertThat(received).containsExactly("b>c:3", "a>b:4");
  }

  @Test
  void nodeThatCameBackDoesNotGetTheMessagesOfItsFormerLife() {
    SimulatedNetwork<Integer> network = network(1, new LinkQuality(10, 10, 0, 0));
    network.send(A, B, 1);
    network.send(B, A, 2);
    network.crash(B);
    network.send(A, B, 3);
    start(network, B);
    network.send(A, B, 4);
    runAll();
    assertThat(received).containsExactly("b>a:2", "a>b:4");
  }

  @Test
  void oneLinkCanBeWorseThanTheOthers() {
    SimulatedNetwork<Integer> network = network(1, LinkQuality.PERFECT);
    network.setQuality(A, B, new LinkQuality(0, 0, 100, 0));
    network.send(A, B, 1);
    network.send(A, C, 2);
    runAll();
    assertThat(received).containsExactly("a>c:2");
  }

  @Test
  void aCloggedDirectionDeliversAllAtOnceWhenItIsFree() {
    SimulatedNetwork<Integer> network = network(1, LinkQuality.PERFECT);
    network.clog(A, B);
    network.send(A, B, 1);
    network.send(A, B, 2);
    network.send(B, A, 3);
    runAll();
    assertThat(received).containsExactly("b>a:3");
    assertThat(network.counts().inFlight()).isEqualTo(2);
    network.unclog(A, B);
    network.unclog(A, B);
    runAll();
    assertThat(received).containsExactly("b>a:3", "a>b:1", "a>b:2");
    network.clog(A, C);
    network.send(A, C, 4);
    runAll();
    network.heal();
    runAll();
    assertThat(received).last().isEqualTo("a>c:4");
  }

  @Test
  void whatWasHeldUpForAnEarlierLifeIsLost() {
    SimulatedNetwork<Integer> network = network(1, LinkQuality.PERFECT);
    network.clog(A, B);
    network.send(A, B, 1);
    runAll();
    network.crash(B);
    start(network, B);
    network.unclog(A, B);
    runAll();
    assertThat(received).isEmpty();
    assertThat(network.counts().lost()).isOne();
  }
}
