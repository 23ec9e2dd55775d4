package io.tidemark.testkit.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

final class FaultTest {
  /// A majority of a partition without its disks takes no writes ever again: no fault, a loss.
  @Test
  void twoDisksAreNeverLostAtOnce() {
    assertThat(fault(true).goesWith(fault(true))).isFalse();
    assertThat(fault(true).goesWith(fault(false))).isTrue();
    assertThat(fault(false).goesWith(fault(true))).isTrue();
  }

  private static Fault fault(boolean losesDisk) {
    return new Fault("something", Set.of(), losesDisk, () -> {}, () -> {});
  }
}
