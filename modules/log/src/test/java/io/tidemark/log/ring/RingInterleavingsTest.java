package io.tidemark.log.ring;

import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Test;

final class RingInterleavingsTest {
  private static final int INTERLEAVINGS = 1_000;

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
}
