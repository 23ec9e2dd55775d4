package io.tidemark.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RhythmTest {
  private static final int ELECTION = 10;

  private final Rhythm rhythm = new Rhythm(ELECTION);

  @Test
  void whoHearsALeaderOftenWaitsAsConfigured() {
    for (int tick = 0; tick < 1000; tick += 3) {
      rhythm.heard(tick, 3);
    }
    assertThat(rhythm.patience()).isEqualTo(ELECTION);
  }

  @Test
  void aSilenceThatEndedWellIsBorneThreeTimes() {
    rhythm.heard(20, 7);
    rhythm.heard(22, 2);
    assertThat(rhythm.patience()).isEqualTo(21);
  }

  @Test
  void nobodyWaitsMoreThanFourTimesAsConfigured() {
    rhythm.heard(500, 300);
    assertThat(rhythm.patience()).isEqualTo(4 * ELECTION);
  }

  @Test
  void itIsForgottenAfterTwoWindows() {
    rhythm.heard(10, 7);
    rhythm.heard(410, 2);
    assertThat(rhythm.patience()).as("in the window after it").isEqualTo(21);
    rhythm.heard(810, 2);
    assertThat(rhythm.patience()).as("two windows after it").isEqualTo(ELECTION);
  }

  @Test
  void itIsForgottenAfterALongTimeWithoutALeader() {
    rhythm.heard(390, 7);
    rhythm.heard(2000, 2);
    assertThat(rhythm.patience()).isEqualTo(ELECTION);
  }
}
