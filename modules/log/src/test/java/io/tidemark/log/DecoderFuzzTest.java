package io.tidemark.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A million hostile inputs: each is answered in a documented way, none allocates beyond the limit
/// and none spins.
final class DecoderFuzzTest {
  private static final long INPUTS = 1_000_000 / FuzzTarget.values().length + 1;

  @ParameterizedTest
  @EnumSource(FuzzTarget.class)
  @Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void everyAnswerIsDocumented(FuzzTarget target) {
    assertThat(new DecoderFuzz(target, 1).run(INPUTS, 100)).isEqualTo(INPUTS);
  }
}
