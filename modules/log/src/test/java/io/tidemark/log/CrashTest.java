package io.tidemark.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.foundation.Chance;
import io.tidemark.simkit.SimulatedCrash;
import io.tidemark.simkit.SimulatedDisk;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The power goes before every single operation on the disk, and again while the log is opened.
final class CrashTest {
  private static final LogConfig CONFIG = LogConfig.defaults(78, 0).withSizes(16384, 2048);

  /// What was promised so far.
  private static final class Promises {
    final Batches batches = new Batches();
    List<Batch> durable = List.of();
    List<Batch> shortest = List.of();

    /// What is there at most: during a truncation still all of it.
    List<Batch> most = List.of();

    void append(Log log, int count, int payloadBytes) {
      List<Batch> next = batches.next(count, 1, payloadBytes);
      most = batches.all();
      log.append(next);
      keep(log);
    }

    void sync(Log log) {
      log.sync();
      keep(log);
    }

    void truncate(Log log, long lsn) {
      List<Batch> before = batches.all();
      batches.truncateAfter(lsn);
      durable = batches.all();
      shortest = durable;
      most = before;
      log.truncateAfter(lsn);
      most = durable;
    }

    private void keep(Log log) {
      durable = batches.all().stream().filter(b -> b.lastLsn() <= log.durableLsn()).toList();
      shortest = durable;
    }
  }

  private final Map<RecoveryCase, Integer> seen = new EnumMap<>(RecoveryCase.class);

  private static void script(SimulatedDisk disk, Promises promises) {
    try (Log log = Log.open(disk.root(), CONFIG)) {
      promises.append(log, 2, 500);
      promises.sync(log);
      promises.append(log, 1, 900);
      promises.append(log, 1, 30);
      promises.sync(log);
      promises.append(log, 6, 1800);
      promises.sync(log);
      promises.append(log, 1, 100);
    }
    try (Log log = Log.open(disk.root(), CONFIG)) {
      promises.sync(log);
      promises.truncate(log, log.appendedLsn() - 4);
      promises.batches.epoch(2);
      promises.append(log, 3, 1200);
      promises.sync(log);
      promises.truncate(log, 1);
      promises.batches.epoch(3);
      promises.append(log, 1, 700);
      promises.sync(log);
      promises.truncate(log, 0);
      promises.batches.epoch(4);
      promises.append(log, 2, 10);
      promises.sync(log);
    }
  }

  @Test
  void beforeEveryOperation() {
    SimulatedDisk whole = new SimulatedDisk();
    script(whole, new Promises());
    long operations = whole.operations();
    for (long seed = 0; seed < 12; seed++) {
      for (long n = 1; n <= operations; n++) {
        crashOnce(n, new Chance(seed * 1_000_003 + n), "seed " + seed + " operation " + n);
      }
    }
    assertThat(seen)
        .containsKeys(
            RecoveryCase.FRESH,
            RecoveryCase.CLEAN,
            RecoveryCase.TORN_TAIL,
            RecoveryCase.INTERRUPTED_TRUNCATION);
  }

  private void crashOnce(long n, Chance chance, String what) {
    SimulatedDisk disk = new SimulatedDisk();
    Promises promises = new Promises();
    disk.crashAfter(n);
    try {
      script(disk, promises);
    } catch (SimulatedCrash crash) {
      disk.crash(chance);
    }
    for (int again = chance.below(4); again > 0; again--) {
      crashWhileOpening(disk, chance);
    }
    List<Batch> survived = checkSurvivors(disk, promises, what);
    goOn(disk, survived, what);
  }

  private static void crashWhileOpening(SimulatedDisk disk, Chance chance) {
    disk.crashAfter(1 + chance.below(10));
    try {
      Log.open(disk.root(), CONFIG).close();
    } catch (SimulatedCrash crash) {
      // the point of it
    }
    disk.crash(chance);
  }

  private List<Batch> checkSurvivors(SimulatedDisk disk, Promises promises, String what) {
    try (Log log = Log.open(disk.root(), CONFIG)) {
      seen.merge(log.recovery().kind(), 1, Integer::sum);
      List<Batch> found = Batches.in(log);
      assertThat(found.size()).as(what).isGreaterThanOrEqualTo(promises.shortest.size());
      assertThat(promises.most.size()).as(what).isGreaterThanOrEqualTo(found.size());
      assertThat(found).as(what).isEqualTo(promises.most.subList(0, found.size()));
      return found;
    }
  }

  /// A log that went through all that takes records, and keeps them over a further cut.
  private static void goOn(SimulatedDisk disk, List<Batch> survived, String what) {
    disk.crashLosingAllUnsynced();
    Log log = Log.open(disk.root(), CONFIG);
    assertThat(log.recovery().kind()).as(what).isEqualTo(RecoveryCase.CLEAN);
    assertThat(Batches.in(log)).as(what).isEqualTo(survived);
    Batch next =
        Batch.encode(
            log.appendedLsn() + 1,
            9,
            log.lastTimeMicros(),
            log.lastChecksum(),
            List.of(RecordData.data(new byte[50])));
    log.append(next);
    log.sync();
    disk.crashLosingAllUnsynced();
    try (Log again = Log.open(disk.root(), CONFIG)) {
      assertThat(Batches.in(again)).as(what).hasSize(survived.size() + 1);
    }
  }
}
