package io.tidemark.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.foundation.NodeId;
import io.tidemark.protocol.Event;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ReplicaTimeTest {
  private static final long TICK_NANOS = 25_000_000;
  private static final int ELECTION_TICKS = 10;
  private static final Set<NodeId> HEARD = Set.of(new NodeId("b"));

  private final ManualClock clock = new ManualClock();
  private final ReplicaTime time = new ReplicaTime(clock, TICK_NANOS, ELECTION_TICKS);

  private void pass(int ticks) {
    clock.passNanos(ticks * TICK_NANOS);
  }

  @Test
  void aTickSaysWhoIsHeard() {
    pass(2);
    assertThat(time.due(true, HEARD)).hasSize(2).containsOnly(new Event.Tick(HEARD));
    assertThat(time.due(true, HEARD)).isEmpty();
  }

  @Test
  void whoWasStoppedDoesNotBelieveWhatWasHeardBefore() {
    pass(3 * ELECTION_TICKS - 1);
    assertThat(time.due(true, HEARD)).containsOnly(new Event.Tick(HEARD));
    pass(3 * ELECTION_TICKS);
    assertThat(time.due(true, HEARD))
        .hasSize(3 * ELECTION_TICKS)
        .containsOnly(new Event.Tick(Set.of()));
    pass(800);
    assertThat(time.due(true, HEARD)).as("more than it waits for a quorum").hasSize(40);
    pass(800);
    assertThat(time.due(false, HEARD)).as("of a follower").hasSize(4);
  }
}
