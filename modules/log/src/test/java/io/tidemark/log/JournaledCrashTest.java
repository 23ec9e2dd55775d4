package io.tidemark.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.log.journal.Journal;
import io.tidemark.log.journal.JournalConfig;
import io.tidemark.storage.Directory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The same scripts as in [CrashTest], with a log that is synced through a journal: the power goes
/// before every single operation, also of the journal and of its replay.
final class JournaledCrashTest {
  private static final JournalConfig CONFIG =
      new JournalConfig(32 << 10, 4 << 10, 1 << 10, JournalConfig.Use.ALWAYS);
  private static final int SCRIPTS_OF_CHANCE = 2;

  static Log open(Directory root, LogConfig config) {
    return Log.open(Journal.open(root, CONFIG).directory("log"), config);
  }

  @Test
  void everyStateThatIsLeftKeepsThePromises() {
    List<Scripts> scripts = new ArrayList<>(Scripts.all());
    for (int seed = 1; seed <= SCRIPTS_OF_CHANCE; seed++) {
      scripts.add(Scripts.ofChance(seed));
    }
    long states =
        scripts.parallelStream()
            .mapToLong(
                script -> {
                  CrashStates looked = new CrashStates(JournaledCrashTest::open);
                  looked.of(script);
                  return looked.states();
                })
            .sum();
    System.out.printf("%,d crash states of journaled logs, none breaks a promise%n", states);
    assertThat(states).isGreaterThan(50_000);
  }
}
