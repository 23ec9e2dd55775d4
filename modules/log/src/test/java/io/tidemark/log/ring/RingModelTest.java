package io.tidemark.log.ring;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Thousands of random steps in one thread, against a plain model.
final class RingModelTest {
  @ParameterizedTest
  @ValueSource(longs = {0, 1, (1L << 35) - 400, (1L << 35) - 1, 1L << 40, Long.MAX_VALUE >> 8})
  void doesWhatTheModelDoesFromAnyPosition(long position) {
    for (int seed = 1; seed <= 20; seed++) {
      new RingModel(seed, position, 1, Memories.REAL).run(3_000);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, (1L << 28) - 300, 1L << 28, (1L << 28) * 12_345 - 5, 1L << 60})
  void doesWhatTheModelDoesFromAnyLsn(long baseLsn) {
    for (int seed = 21; seed <= 40; seed++) {
      new RingModel(seed, 77, baseLsn, Memories.REAL).run(3_000);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {41, 42})
  void keepsItsLsnsOverALongRun(int seed) {
    new RingModel(seed, 0, (1L << 28) - 100_000, Memories.REAL).run(400_000);
  }
}
