package io.tidemark.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// The power goes before every single operation on the disk, in every way, and again while the log
/// is opened.
final class CrashTest {
  private static final long STATES = 200_000;

  @Test
  void everyStateThatIsLeftKeepsThePromises() {
    CrashStates states = new CrashStates(Log::open);
    Scripts.all().forEach(script -> look(states, script));
    for (long seed = 1; states.states() < STATES; seed++) {
      look(states, Scripts.ofChance(seed));
    }
    System.out.printf(
        "%,9d crash states, none breaks a promise: %s%n", states.states(), states.seen());
    assertThat(states.states()).isGreaterThanOrEqualTo(STATES);
    assertThat(states.seen())
        .containsOnlyKeys(
            RecoveryCase.FRESH,
            RecoveryCase.CLEAN,
            RecoveryCase.TORN_TAIL,
            RecoveryCase.INTERRUPTED_TRUNCATION);
  }

  private static void look(CrashStates states, Scripts script) {
    long before = states.states();
    states.of(script);
    System.out.printf("%,9d crash states of %s%n", states.states() - before, script.name());
  }
}
