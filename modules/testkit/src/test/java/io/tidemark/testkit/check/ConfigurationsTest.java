package io.tidemark.testkit.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.foundation.Chance;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Says of each set and value whether it was there before, be it near a prefix or not: a memo that
/// took one for another would let a search in vain pass for a proof.
final class ConfigurationsTest {
  private static final int SIZE = 320;
  private static final int ROUNDS = 200_000;

  private record Configuration(int value, BitSet set) {}

  @Test
  void eachIsNewOnce() {
    Chance chance = new Chance(1);
    Configurations seen = new Configurations();
    Set<Configuration> expected = new HashSet<>();
    int known = 0;
    for (int i = 0; i < ROUNDS; i++) {
      Configuration one = any(chance);
      boolean isNew = expected.add(one);
      known += isNew ? 0 : 1;
      assertThat(add(seen, one)).as("%s", one).isEqualTo(isNew);
    }
    assertThat(seen.size()).isEqualTo(expected.size());
    assertThat(known).isBetween(ROUNDS / 10, ROUNDS / 10 * 9);
  }

  /// A prefix, and up to two more, near it or far off; often such that another is the same but for
  /// its value, or some words later.
  private static Configuration any(Chance chance) {
    BitSet set = new BitSet(SIZE);
    int prefix = chance.percent(50) ? 64 * chance.below(3) : chance.below(200);
    set.set(0, prefix);
    for (int more = chance.below(3); more > 0; more--) {
      int far = chance.percent(50) ? 100 : chance.below(SIZE - prefix - 1);
      set.set(prefix + 1 + (chance.percent(50) ? chance.below(8) : far));
    }
    return new Configuration(chance.below(3), set);
  }

  private static boolean add(Configurations seen, Configuration one) {
    long[] words = new long[SIZE / 64 + 1];
    long[] used = one.set().toLongArray();
    System.arraycopy(used, 0, words, 0, used.length);
    return seen.add(one.value(), one.set().nextClearBit(0), words, Math.max(0, used.length - 1));
  }
}
