package io.tidemark.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The checkers bite: every planted bug is found, and soon.
@Execution(ExecutionMode.CONCURRENT)
class SimulatorFindsBugsTest {
  private static final int SEEDS = 600;

  @Test
  void enoughArePlanted() {
    assertThat(Bugs.values()).hasSizeGreaterThanOrEqualTo(72);
  }

  @ParameterizedTest
  @EnumSource
  void everyPlantedBugIsFound(Bugs bug) {
    Optional<String> found = Optional.empty();
    int seed = 0;
    while (found.isEmpty() && seed < SEEDS) {
      seed++;
      int nodes = Series.nodesOf(seed);
      found = Simulation.run(seed, SimulationConfig.of(nodes), bug.plant(nodes)).failure();
    }
    System.out.printf("planted %-38s after %3d seeds: %s%n", bug, seed, found.orElse("nothing"));
    assertThat(found).as("%s within %d seeds", bug, SEEDS).isPresent();
  }
}
