package io.tidemark.log.writer;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.foundation.Chance;
import io.tidemark.log.Log;
import io.tidemark.log.LogConfig;
import io.tidemark.log.LogCursor;
import io.tidemark.log.RecordData;
import io.tidemark.log.Selection;
import io.tidemark.log.Stamp;
import io.tidemark.log.producers.ProducerLimits;
import io.tidemark.log.producers.Producers;
import io.tidemark.log.producers.ProducersFile;
import io.tidemark.log.producers.Verdict;
import io.tidemark.log.ring.AppendRing;
import io.tidemark.simkit.SimulatedCrash;
import io.tidemark.simkit.SimulatedDisk;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Producers that never stop trying, and a process that dies in the midst of everything, of a power
/// cut or alone: each record is there once, in the order of its producer, and where an
/// acknowledgement said.
final class StampedCrashTest {
  private static final LogConfig LOG = LogConfig.defaults(7, 0).withSizes(16384, 2048 + 256);
  private static final WriterConfig CONFIG =
      WriterConfig.of(WriterConfig.Limits.of(2048, 8, 8192))
          .withProducers(new ProducerLimits(4, 5));
  private static final int PRODUCERS = 5;
  private static final int OUTSTANDING = 3;
  private static final int SEEDS = 60;
  private static final int LIVES = 25;
  private static final long NEVER = 1L << 40;

  /// What one run came to.
  private final Map<Stamp, Long> acknowledged = new HashMap<>();

  private final long[] oldest = new long[PRODUCERS];
  private long crashes;
  private long repeats;
  private long trims;

  @Test
  void eachRecordIsThereOnce() {
    for (int seed = 1; seed <= SEEDS; seed++) {
      acknowledged.clear();
      Arrays.fill(oldest, 1);
      run(new Chance(seed));
    }
    assertThat(crashes).isGreaterThan(SEEDS * LIVES / 2);
    assertThat(repeats).isGreaterThan(1_000);
    assertThat(trims).isGreaterThan(1_000);
  }

  private void run(Chance chance) {
    SimulatedDisk disk = new SimulatedDisk();
    for (int life = 0; life < LIVES; life++) {
      disk.crashAfter(chance.between(1, 200));
      boolean cut = false;
      try {
        live(disk, chance);
      } catch (SimulatedCrash e) {
        cut = true;
        crashes++;
      }
      disk.crashAfter(NEVER);
      if (cut || chance.percent(50)) {
        disk.crash(chance.split());
      } else {
        disk.killProcess();
      }
      check(disk);
    }
  }

  private void live(SimulatedDisk disk, Chance chance) {
    Log log = Log.open(disk.root(), LOG);
    Entrance entrance = new Entrance();
    WriterHealth health = new WriterHealth(Duration.ofDays(1));
    BatchWriter writer = new BatchWriter(CONFIG, log, entrance, health, () -> {}, new QuietHost());
    writer.lead(log.lastEpoch() + 1);
    Appender appender = entrance.appender().orElseThrow();
    for (int round = 0; round < 40; round++) {
      int producer = chance.below(PRODUCERS);
      long[] lsns = new long[OUTSTANDING];
      for (int i = 0; i < OUTSTANDING; i++) {
        lsns[i] = append(writer, appender, new Stamp(producer, oldest[producer] + i), chance);
      }
      if (chance.percent(8)) {
        trims += writer.upkeep().trimBelow(log.appendedLsn() - chance.below(20)) > 1 ? 1 : 0;
      }
      if (chance.percent(70)) {
        writer.flush();
        for (int i = 0; i < OUTSTANDING; i++) {
          assertThat(log.durableLsn()).isGreaterThanOrEqualTo(lsns[i]);
          acknowledged.put(new Stamp(producer, oldest[producer]++), lsns[i]);
        }
      }
    }
    if (chance.percent(50)) {
      writer.stop("done");
    }
  }

  private long append(BatchWriter writer, Appender appender, Stamp stamp, Chance chance) {
    RecordData record = RecordData.data(new byte[chance.below(400)]).stamped(stamp);
    long lsn = appender.append(record);
    if (lsn == AppendRing.FULL) {
      writer.flush();
      lsn = appender.append(record);
    }
    assertThat(lsn).as("%s", stamp).isPositive();
    if (chance.percent(30)) {
      assertThat(appender.append(record)).isEqualTo(lsn);
      repeats++;
    }
    return lsn;
  }

  private void check(SimulatedDisk disk) {
    try (Log log = Log.open(disk.root(), LOG)) {
      Map<Stamp, Long> found = new HashMap<>();
      Map<Long, Long> last = new HashMap<>();
      LogCursor cursor = log.cursor(log.firstLsn(), Selection.ALL.ofProducers());
      while (cursor.next()) {
        Stamp stamp = new Stamp(cursor.producer(), cursor.sequence());
        assertThat(found.put(stamp, cursor.lsn())).as("%s twice", stamp).isNull();
        Long before = last.put(stamp.producer(), stamp.sequence());
        assertThat(before == null ? stamp.sequence() : before + 1).isEqualTo(stamp.sequence());
      }
      Producers known = new Producers(CONFIG.producers());
      ProducersFile.restore(log, known);
      acknowledged.forEach(
          (stamp, lsn) -> {
            if (lsn >= log.firstLsn()) {
              assertThat(found).containsEntry(stamp, lsn);
            }
            if (stamp.sequence() == oldest[(int) stamp.producer()] - 1) {
              assertThat(known.look(stamp)).as("%s", stamp).isEqualTo(new Verdict.Repeat(lsn));
            }
          });
    }
  }
}
