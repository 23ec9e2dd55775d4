package io.tidemark.log.ring;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// On real threads.
@Timeout(300)
final class RingStressTest {
  @Test
  void aMillionRecordsComeOnceInOrderAndWhole() throws Exception {
    RingConfig config = new RingConfig(1 << 16, 256, 2000);
    new RingStress(config, 4, 250_000, 240, Memories.REAL).run();
  }

  @Test
  void aTinyRingWrapsAllTheTime() throws Exception {
    RingConfig config = new RingConfig(4096, 16, 2000);
    new RingStress(config, 2, 50_000, 240, Memories.REAL).run();
  }

  @Test
  void nobodyIsForgottenWhenARingCloses() throws Exception {
    new RingCloseStress(2_000, 240, Memories.REAL).run();
  }
}
