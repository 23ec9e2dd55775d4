package io.tidemark.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

class DirectMemoryTest {
  private static final int RING_BYTES = 4 << 20;

  @Test
  void whoCouldNotLeadAllOfItsPartitionsIsRefused() {
    assertThatCode(() -> DirectMemory.checkHoldsRings(256, RING_BYTES, 1L << 30))
        .doesNotThrowAnyException();
    assertThatIllegalStateException()
        .isThrownBy(() -> DirectMemory.checkHoldsRings(257, RING_BYTES, 1L << 30))
        .withMessage(
            "257 partitions need 1077936128 bytes of direct memory, 4194304 for the ring of each"
                + " that this node leads; the Java machine gives 1073741824: raise"
                + " -XX:MaxDirectMemorySize, or -Xmx");
  }

  @Test
  void theLimitIsThatOfTheHeapUnlessItWasGiven() {
    assertThat(DirectMemory.limitBytes()).isEqualTo(Runtime.getRuntime().maxMemory());
  }
}
