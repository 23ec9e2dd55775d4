package io.tidemark.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The tests of the log can fail: each planted bug is found by them, and this prints after how many
/// crashed disks, and how.
final class PlantedBugsTest {
  private record Row(PlantedBug bug, long states, Optional<String> how) {
    static Row of(PlantedBug bug) {
      CrashStates states = new CrashStates(bug);
      CrashStates.Broken broken =
          catchThrowableOfType(
              CrashStates.Broken.class,
              () -> {
                states.of(bug.script());
                DamageProbe.run(bug);
              });
      return new Row(
          bug, states.states(), Optional.ofNullable(broken).map(CrashStates.Broken::getMessage));
    }

    @Override
    public String toString() {
      return "%-40s %,7d  %s".formatted(bug, states, how.orElse("NOT FOUND"));
    }
  }

  @Test
  void eachIsFound() {
    List<Row> table = Arrays.stream(PlantedBug.values()).parallel().map(Row::of).toList();
    table.forEach(System.out::println);
    assertThat(table).hasSizeGreaterThanOrEqualTo(15).allMatch(row -> row.how().isPresent());
  }

  @Test
  void withoutABugNothingIsFound() {
    assertThat(DamageProbe.run(Log::open)).isGreaterThan(8);
  }
}
