package io.tidemark.benchmarks.contender;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.benchmarks.contender.Contender.Ability;
import java.nio.file.Path;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whoever is compared does the whole work.
final class ContendersTest {
  private static final Setup SETUP = Setup.defaults().withChecksums().withFiles(1 << 20);

  @TempDir Path directory;

  static List<Contender> all() {
    return Contenders.all();
  }

  @ParameterizedTest
  @MethodSource("all")
  void waitsForEachRecordThatIsAloneOutstanding(Contender contender) throws Exception {
    Histogram waits = new Histogram(3);
    try (Store store = contender.open(directory, SETUP)) {
      store.append(new Load(new Payloads(100), 10, 1, waits));
      store.append(new Load(new Payloads(100), 32, 16, waits));
    }
    assertThat(waits.getTotalCount()).isEqualTo(10);
  }

  @ParameterizedTest
  @MethodSource("all")
  void readsBackWhatTwoLivesAppended(Contender contender) throws Exception {
    if (!contender.abilities().contains(Ability.REOPEN)) {
      return;
    }
    for (int life = 0; life < 2; life++) {
      try (Store store = contender.open(directory, SETUP)) {
        store.append(new Load(new Payloads(1024), 320, 16));
      }
    }
    try (Store store = contender.open(directory, SETUP)) {
      store.readAll(640);
    }
    if (contender.abilities().contains(Ability.VERIFY)) {
      contender.verify(directory, SETUP, 640);
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void spreadsRecordsOverPartitions(Contender contender) throws Exception {
    Setup three = SETUP.withPartitions(3, 1 << 20);
    try (Store store = contender.open(directory, three)) {
      store.append(new Load(new Payloads(100), 90, 30));
    }
    if (contender.abilities().contains(Ability.READ)) {
      try (Store store = contender.open(directory, three)) {
        store.readAll(90);
      }
    }
  }
}
