package io.tidemark.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// The power goes before every single operation on the disk, in every way, and again while the log
/// is opened.
final class CrashTest {
  @Test
  void everyStateThatIsLeftKeepsThePromises() {
    CrashStates states = new CrashStates(Log::open);
    for (Scripts script : Scripts.all()) {
      long before = states.states();
      states.of(script);
      System.out.printf("%,9d crash states of %s%n", states.states() - before, script.name());
    }
    System.out.printf(
        "%,9d crash states, none breaks a promise: %s%n", states.states(), states.seen());
    assertThat(states.states()).isGreaterThan(70_000);
    assertThat(states.seen())
        .containsOnlyKeys(
            RecoveryCase.FRESH,
            RecoveryCase.CLEAN,
            RecoveryCase.TORN_TAIL,
            RecoveryCase.INTERRUPTED_TRUNCATION);
  }
}
