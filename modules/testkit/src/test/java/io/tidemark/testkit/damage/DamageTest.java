package io.tidemark.testkit.damage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.log.LogConfig;
import io.tidemark.log.RecordData;
import io.tidemark.log.verify.Verification;
import io.tidemark.log.writer.Appender;
import io.tidemark.log.writer.LogWriter;
import io.tidemark.log.writer.WriterConfig;
import io.tidemark.storage.FileSystemDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DamageTest {
  private static final int BATCHES = 40;
  private static final int SEEDS = 100;

  @TempDir private Path directory;

  @BeforeEach
  void writeALog() throws Exception {
    try (LogWriter writer =
        LogWriter.open(
            FileSystemDirectory.at(directory),
            LogConfig.defaults(1, 0).withSizes(1 << 20, 1 << 16),
            WriterConfig.defaults())) {
      Appender appender = writer.appender().orElseThrow();
      for (int i = 0; i < BATCHES; i++) {
        appender
            .whenDurable(appender.append(RecordData.DATA, new byte[10 * i]))
            .toCompletableFuture()
            .join();
      }
    }
  }

  @Test
  void everyPlanIsSeenByTheDecoder() throws Exception {
    Path segment = only();
    byte[] before = Files.readAllBytes(segment);
    Set<String> plans = new HashSet<>();
    for (long seed = 0; seed < SEEDS; seed++) {
      Damage damage = Damage.plan(directory, seed);
      plans.add(damage.toString());
      damage.make();
      assertThat(Verification.of(directory, false).damage()).as("%s", damage).isNotEmpty();
      Files.write(segment, before);
    }
    assertThat(plans).hasSizeGreaterThan(SEEDS / 2).anyMatch(p -> p.contains("flip"));
    assertThat(plans).anyMatch(plan -> plan.contains("zero"));
  }

  @Test
  void theSameSeedIsTheSamePlan() {
    assertThat(Damage.plan(directory, 7)).hasToString(Damage.plan(directory, 7).toString());
    assertThat(Damage.plan(directory, 7).files()).containsExactly(only());
  }

  @Test
  void whatIsDamagedAlreadyIsLeftAlone() throws Exception {
    Damage damage = Damage.plan(directory, 1);
    damage.make();
    assertThatThrownBy(() -> Damage.plan(directory, 1)).hasMessageContaining("damaged or empty");
  }

  private Path only() {
    return directory.resolve(Verification.of(directory, false).segments().getFirst().file());
  }
}
