package io.tidemark.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The power goes before every single operation on the disk, in every way, and again while the log
/// is opened.
final class CrashTest {
  private static final long STATES = 200_000;
  private static final int SCRIPTS_OF_CHANCE = 70;
  private static final int LEAST_OF_EACH_CASE = 1000;

  @Test
  void everyStateThatIsLeftKeepsThePromises() {
    List<Scripts> scripts = new ArrayList<>(Scripts.all());
    for (int seed = 1; seed <= SCRIPTS_OF_CHANCE; seed++) {
      scripts.add(Scripts.ofChance(seed));
    }
    List<CrashStates> looked = scripts.parallelStream().map(CrashTest::statesOf).toList();
    long states = looked.stream().mapToLong(CrashStates::states).sum();
    Map<RecoveryCase, Integer> seen = new EnumMap<>(RecoveryCase.class);
    looked.forEach(each -> each.seen().forEach((kind, n) -> seen.merge(kind, n, Integer::sum)));
    System.out.printf("%,d crash states, none breaks a promise: %s%n", states, seen);
    assertThat(states).isGreaterThanOrEqualTo(STATES);
    assertThat(seen)
        .containsOnlyKeys(
            RecoveryCase.FRESH,
            RecoveryCase.CLEAN,
            RecoveryCase.TORN_TAIL,
            RecoveryCase.INTERRUPTED_TRUNCATION,
            RecoveryCase.INTERRUPTED_BEGINNING,
            RecoveryCase.INTERRUPTED_REWRITE)
        .allSatisfy((kind, n) -> assertThat(n).as("%s", kind).isGreaterThan(LEAST_OF_EACH_CASE));
  }

  private static CrashStates statesOf(Scripts script) {
    CrashStates states = new CrashStates(Log::open);
    states.of(script);
    return states;
  }
}
