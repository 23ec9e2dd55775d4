package io.tidemark.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A million hostile inputs for each decoder: each is answered in a documented way, none allocates
/// beyond the limit and none spins.
///
/// 10 million for each, other ones than always, as far as 120 seconds for each go:
///
/// ```text
///   mvn verify -pl modules/log -am -Dtest=DecoderFuzzTest -Dsurefire.failIfNoSpecifiedTests=false \
///     -Dtidemark.inputs=10000000 -Dtidemark.seconds=120 -Dtidemark.seed=$RANDOM
/// ```
final class DecoderFuzzTest {
  private static final long LEAST_INPUTS = 1_000_000;
  private static final long INPUTS = Long.getLong("tidemark.inputs", LEAST_INPUTS);
  private static final long SECONDS = Long.getLong("tidemark.seconds", 300);
  private static final long SEED = Long.getLong("tidemark.seed", 1);

  @ParameterizedTest
  @EnumSource(FuzzTarget.class)
  @Timeout(value = 600, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void everyAnswerIsDocumented(FuzzTarget target) {
    long done = new DecoderFuzz(target, SEED).run(INPUTS, SECONDS);
    System.out.printf("%,12d hostile inputs for %s, seed %d%n", done, target, SEED);
    assertThat(done).isGreaterThanOrEqualTo(LEAST_INPUTS);
  }
}
