package io.tidemark.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimulateTest {
  @Test
  void freshSeedsBeginWhereItIsSaid() {
    assertThat(SimulateOptions.parse("--minutes", "2", "--seed", "7"))
        .isEqualTo(new SimulateOptions.Fresh(7, Duration.ofMinutes(2)));
  }

  @Test
  void aSeedKnowsHowManyNodesItHas() {
    assertThat(SimulateOptions.parse("--trace", "8")).isEqualTo(new SimulateOptions.Again(8, 5));
    assertThat(SimulateOptions.parse("--trace", "8", "--nodes", "3"))
        .isEqualTo(new SimulateOptions.Again(8, 3));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "--minutes",
        "--minutes 0",
        "--minutes x",
        "--seed 1",
        "--trace 1 --minutes 1",
        "--trace 1 --seed 1",
        "--trace 1 --nodes 4",
        "--minutes 1 --nodes 3",
        "--faster 1"
      })
  void whatMakesNoSenseIsRefused(String line) {
    String[] arguments = line.isEmpty() ? new String[0] : line.split(" ");
    assertThatThrownBy(() -> SimulateOptions.parse(arguments))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
