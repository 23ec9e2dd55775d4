package io.tidemark.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class LeaderLeaseTest {
  private final ManualClock clock = new ManualClock();
  private final LeaderLease lease = new LeaderLease(clock);

  @Test
  void holdsFromTheGrantUntilItsEnd() {
    assertThat(lease.holds()).isFalse();
    lease.grantUntil(clock.monotonicNanos() + 100);
    assertThat(lease.holds()).isTrue();
    clock.passNanos(99);
    assertThat(lease.holds()).isTrue();
    clock.passNanos(1);
    assertThat(lease.holds()).isFalse();
    lease.grantUntil(clock.monotonicNanos() + 1);
    assertThat(lease.holds()).isTrue();
  }

  @Test
  void revokedItHoldsNoMore() {
    lease.grantUntil(clock.monotonicNanos() + 100);
    lease.revoke();
    assertThat(lease.holds()).isFalse();
  }

  /// The monotonic clock starts anywhere and may pass from the largest number to the smallest.
  @Test
  void theClockMayWrapAround() {
    clock.passNanos(Long.MAX_VALUE - clock.monotonicNanos() - 10);
    lease.grantUntil(clock.monotonicNanos() + 100);
    assertThat(lease.holds()).isTrue();
    clock.passNanos(99);
    assertThat(lease.holds()).isTrue();
    clock.passNanos(1);
    assertThat(lease.holds()).isFalse();
  }
}
