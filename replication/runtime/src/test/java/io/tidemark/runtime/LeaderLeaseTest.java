package io.tidemark.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class LeaderLeaseTest {
  private final ManualClock clock = new ManualClock();
  private final LeaderLease lease = new LeaderLease(clock, 100);

  @Test
  void holdsFromTheGrantUntilItsEnd() {
    assertThat(lease.holds()).isFalse();
    lease.grantFrom(clock.monotonicNanos());
    assertThat(lease.holds()).isTrue();
    clock.passNanos(99);
    assertThat(lease.holds()).isTrue();
    clock.passNanos(1);
    assertThat(lease.holds()).isFalse();
    lease.grantFrom(clock.monotonicNanos() - 99);
    assertThat(lease.holds()).isTrue();
  }

  @Test
  void ofAReplicaThatRestsItHoldsWhileTheNodeLetsTimePass() {
    lease.grantFrom(clock.monotonicNanos());
    lease.rests(true);
    for (int tick = 0; tick < 10; tick++) {
      clock.passNanos(99);
      assertThat(lease.holds()).isTrue();
      clock.tick();
    }
    clock.passNanos(100);
    assertThat(lease.holds()).as("the process stood still").isFalse();
  }

  @Test
  void revokedItHoldsNoMore() {
    lease.grantFrom(clock.monotonicNanos());
    lease.revoke();
    assertThat(lease.holds()).isFalse();
  }

  /// The monotonic clock starts anywhere and may pass from the largest number to the smallest.
  @Test
  void theClockMayWrapAround() {
    clock.passNanos(Long.MAX_VALUE - clock.monotonicNanos() - 10);
    lease.grantFrom(clock.monotonicNanos());
    assertThat(lease.holds()).isTrue();
    clock.passNanos(99);
    assertThat(lease.holds()).isTrue();
    clock.passNanos(1);
    assertThat(lease.holds()).isFalse();
  }
}
