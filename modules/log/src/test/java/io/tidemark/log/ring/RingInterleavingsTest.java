package io.tidemark.log.ring;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.jetbrains.lincheck.Lincheck;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The scenes hold in whatever order their threads take their steps, and would not with a fault.
///
/// The model checker knows orders of steps, not of memory: what a missing barrier permits is among
/// the faults as a step in the wrong order.
final class RingInterleavingsTest {
  private static final int INTERLEAVINGS = 500;

  @Test
  void producersAndConsumer() {
    Lincheck.runConcurrentTest(
        INTERLEAVINGS, () -> RingInterleavings.producersAndConsumer(TracedMemory::new));
  }

  @Test
  void closeAndClaim() {
    Lincheck.runConcurrentTest(
        INTERLEAVINGS, () -> RingInterleavings.closeAndClaim(TracedMemory::new));
  }

  @ParameterizedTest
  @EnumSource
  void everyPlantedFaultIsFound(Fault fault) {
    assertThatExceptionOfType(LincheckAssertionError.class)
        .isThrownBy(
            () -> Lincheck.runConcurrentTest(INTERLEAVINGS, () -> fault.scene().play(fault)));
  }
}
