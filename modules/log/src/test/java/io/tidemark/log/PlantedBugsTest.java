package io.tidemark.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The tests of the log can fail: each planted bug is found by them, and this prints after how many
/// damaged or crashed disks.
final class PlantedBugsTest {
  @Test
  void eachIsFound() {
    List<PlantedBug> missed = new ArrayList<>();
    for (PlantedBug bug : PlantedBug.values()) {
      CrashStates states = new CrashStates(bug);
      CrashStates.Broken broken =
          catchThrowableOfType(
              CrashStates.Broken.class,
              () -> {
                states.of(bug.script());
                DamageProbe.run(bug);
              });
      if (broken == null) {
        missed.add(bug);
      }
      String how = broken == null ? "NOT FOUND" : broken.getMessage();
      System.out.printf("%-40s %,7d  %s%n", bug, states.states(), how);
    }
    assertThat(missed).isEmpty();
  }

  @Test
  void withoutABugNothingIsFound() {
    assertThat(DamageProbe.run(Log::open)).isGreaterThan(8);
  }
}
