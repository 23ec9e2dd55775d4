package io.tidemark.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Whole clusters through two thousand storms.
class SimulatedClusterTest {
  private static final int SEEDS = 2000;
  private static final int SEEDS_RUN_TWICE = 20;
  private static final int SEEDS_WITH_LIARS = 150;

  /// What a single seed in hundreds shows; it must happen, but not often.
  private static final Set<Happening> RARE =
      EnumSet.of(
          Happening.TRUNCATION_RESUMED,
          Happening.BEGINNING_RESUMED,
          Happening.SEND_BEFORE_WRITTEN,
          Happening.OFFER_NOT_NEEDED,
          Happening.RUINED,
          Happening.SETTING_ASIDE_RESUMED,
          Happening.STOPPED_BY_NAME);

  /// What takes bad luck that a run may be without.
  private static final Set<Happening> PERHAPS_NEVER =
      EnumSet.of(
          Happening.AGE_OVERTAKEN,
          Happening.COPY_REFUSED,
          Happening.FENCED_BY_FULL_DISK,
          Happening.NOTHING_TO_OFFER);

  private static final int OFTEN = 100;
  private static final int SOMETIMES = 5;

  @Test
  void everyPromiseHoldsInTwoThousandStorms() {
    Series series = Series.of(1, SEEDS);
    System.out.println(series.summary());
    assertThat(series.failures()).isEmpty();
    for (Happening what : EnumSet.complementOf(EnumSet.copyOf(PERHAPS_NEVER))) {
      assertThat(series.tally().of(what))
          .as("%s, without which the run shows little", what)
          .isGreaterThan(RARE.contains(what) ? SOMETIMES : OFTEN);
    }
  }

  /// The chain of checksums, and not a peer's word, says what was lost.
  @Test
  void whoMendsTakesNoOtherRecords() {
    Tally tally = new Tally();
    for (long seed = 1; seed <= SEEDS_WITH_LIARS; seed++) {
      int nodes = Series.nodesOf(seed);
      SimulationResult result =
          Simulation.run(seed, SimulationConfig.of(nodes), new MendingBugs.GiveOthers());
      assertThat(result.failure()).isEmpty();
      tally.add(result.tally());
    }
    assertThat(tally.of(Happening.COPY_REFUSED)).isGreaterThan(SOMETIMES);
    assertThat(tally.of(Happening.MENDED)).isGreaterThan(SOMETIMES);
  }

  @Test
  void theSameSeedGivesTheSameTrace() {
    for (long seed = 1; seed <= SEEDS_RUN_TWICE; seed++) {
      SimulationConfig config = SimulationConfig.of(Series.nodesOf(seed));
      assertThat(Simulation.run(seed, config).traceHash())
          .as("seed %d", seed)
          .isEqualTo(Simulation.run(seed, config).traceHash());
    }
  }

  /// Law 26: what a replica decides does not depend on what its wall clock says.
  @Test
  void otherWallClocksGiveTheSameTrace() {
    for (long seed = 1; seed <= SEEDS_RUN_TWICE; seed++) {
      SimulationConfig config = SimulationConfig.of(Series.nodesOf(seed));
      assertThat(Simulation.run(seed, config.withWallClocksAhead(4_711_000_000L)).traceHash())
          .as("seed %d", seed)
          .isEqualTo(Simulation.run(seed, config).traceHash());
    }
  }

  @Test
  void aReadableTraceChangesNothing() {
    SimulationConfig config = SimulationConfig.of(3);
    SimulationResult readable = Simulation.run(7, config.withReadableTrace());
    assertThat(readable.traceHash()).isEqualTo(Simulation.run(7, config).traceHash());
    assertThat(readable.trace()).hasSizeGreaterThan(1000);
  }

  @Test
  void seedsThatEverFailedHold() throws IOException {
    for (String line : regressionSeeds()) {
      String[] words = line.split(" ");
      SimulationResult result =
          Simulation.run(Long.parseLong(words[1]), SimulationConfig.of(Integer.parseInt(words[3])));
      assertThat(result.failure()).isEmpty();
    }
  }

  private static List<String> regressionSeeds() throws IOException {
    String name = "regression-seeds.txt";
    try (InputStream file = SimulatedClusterTest.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(file, name).readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .toList();
    }
  }
}
