package io.tidemark.log.producers;

import static io.tidemark.log.producers.Knowledge.told;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.log.BatchBuilder;
import io.tidemark.log.Codec;
import io.tidemark.log.Log;
import io.tidemark.log.LogConfig;
import io.tidemark.log.LogDamagedException;
import io.tidemark.log.RecordData;
import io.tidemark.log.Stamp;
import io.tidemark.simkit.DiskImage;
import io.tidemark.simkit.SimulatedCrash;
import io.tidemark.simkit.SimulatedDisk;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What is known of producers after an opening is what all of the log tells, whatever became of the
/// file.
final class ProducersFileTest {
  private static final LogConfig LOG = LogConfig.defaults(7, 3).withSizes(16384, 2048);
  private static final ProducerLimits LIMITS = new ProducerLimits(5, 4);

  private final SimulatedDisk disk = new SimulatedDisk();
  private final Producers producers = new Producers(LIMITS);
  private long next;

  private Log open() {
    return Log.open(disk.root(), LOG);
  }

  /// Appends batches, of which every third has no stamp, and folds them.
  private void append(Log log, int batches) {
    for (int i = 0; i < batches; i++, next++) {
      BatchBuilder builder = new BatchBuilder(2048, Codec.values()[(int) next % 3]);
      RecordData record = RecordData.data(new byte[300]);
      builder.add(record);
      if (next % 3 > 0) {
        builder.add(record.stamped(new Stamp(next % 7 - 3, next)));
        builder.add(record.inStream(1).stamped(new Stamp(99, 2 * next)));
        builder.add(record.stamped(new Stamp(99, 2 * next + 1)));
      }
      log.append(builder, 1 + log.lastEpoch(), next);
      builder.forEachStamped(producers);
    }
    log.sync();
  }

  private static List<String> restored(Log log) {
    return Knowledge.restored(log, LIMITS);
  }

  private List<String> restoredWith(byte[] content) {
    disk.killProcess();
    try (Log log = open()) {
      if (log.directory().list().contains(ProducersFile.FILE)) {
        log.directory().delete(ProducersFile.FILE);
      }
      try (StoredFile file = log.directory().create(ProducersFile.FILE)) {
        file.write(ByteBuffer.wrap(content), 0);
      }
      return restored(log);
    }
  }

  @Test
  void theLogAloneTellsAll() {
    try (Log log = open()) {
      append(log, 40);
      assertThat(log.recovery().segments()).isEqualTo(1);
      assertThat(told(producers)).hasSize(4);
      assertThat(restored(log)).isEqualTo(told(producers));
    }
  }

  @Test
  void theFileAndWhatCameAfterTellAll() {
    try (Log log = open()) {
      append(log, 20);
      ProducersFile.save(log, producers);
      assertThat(restored(log)).isEqualTo(told(producers));
      append(log, 20);
      assertThat(restored(log)).isEqualTo(told(producers));
    }
  }

  /// Bodies before the file's LSN are not looked at: one of them is damaged, and only who has no
  /// file finds out.
  @Test
  void whatTheFileKnowsIsNotReadAgain() {
    try (Log log = open()) {
      append(log, 40);
      ProducersFile.save(log, producers);
      append(log, 3);
    }
    // Header, notes and mark; a batch without stamps; the header of the next one.
    int body = 2 * 4096 + 32 + (64 + 312) + 64;
    disk.flipBit("%020d.segment".formatted(1), 8L * (body + 10));
    try (Log log = open()) {
      assertThat(restored(log)).isEqualTo(told(producers));
      log.directory().delete(ProducersFile.FILE);
      assertThatThrownBy(() -> restored(log)).isInstanceOf(LogDamagedException.class);
    }
  }

  @Test
  void aDamagedFileIsAsGoodAsNone() {
    try (Log log = open()) {
      append(log, 30);
      ProducersFile.save(log, producers);
      append(log, 2);
    }
    byte[] whole = disk.copy().bytes(ProducersFile.FILE);
    for (int at = 0; at < whole.length; at++) {
      byte[] spoilt = whole.clone();
      spoilt[at] ^= (byte) (1 << at % 8);
      assertThat(restoredWith(spoilt)).as("byte %d", at).isEqualTo(told(producers));
    }
    for (int length = 0; length < whole.length; length++) {
      assertThat(restoredWith(Arrays.copyOf(whole, length))).isEqualTo(told(producers));
    }
    assertThat(restoredWith(new byte[1 << 20])).isEqualTo(told(producers));
  }

  /// Also where other records have the LSNs of those it knew.
  @Test
  void aFileOfTruncatedRecordsIsAsGoodAsNone() {
    try (Log log = open()) {
      append(log, 20);
      long end = log.appendedLsn();
      append(log, 6);
      ProducersFile.save(log, producers);
      log.truncateAfter(end);
      ProducersFile.restore(log, producers);
      assertThat(producers.newestLsn()).isLessThanOrEqualTo(end);
      next -= 3;
      append(log, 6);
      assertThat(restored(log)).isEqualTo(told(producers));
      next += 100;
      append(log, 1);
      assertThat(restored(log)).isEqualTo(told(producers));
    }
  }

  @Test
  void theFileKnowsWhatWasTrimmed() {
    try (Log log = open()) {
      append(log, 60);
      ProducersFile.save(log, producers);
      log.roll();
      assertThat(log.trimBelow(log.appendedLsn())).isGreaterThan(1);
      assertThat(restored(log)).isEqualTo(told(producers));
      append(log, 1);
      assertThat(restored(log)).isEqualTo(told(producers));
    }
  }

  @Test
  void aFileOfAnotherLogIsAsGoodAsNone() {
    byte[] other;
    SimulatedDisk elsewhere = new SimulatedDisk();
    try (Log log = Log.open(elsewhere.root(), LogConfig.defaults(8, 3).withSizes(16384, 2048))) {
      append(log, 9);
      ProducersFile.save(log, producers);
      other = elsewhere.copy().bytes(ProducersFile.FILE);
    }
    producers.clear();
    next = 0;
    try (Log log = open()) {
      append(log, 9);
    }
    assertThat(restoredWith(other)).isEqualTo(told(producers));
  }

  @Test
  void withLowerLimitsLessIsRemembered() {
    try (Log log = open()) {
      append(log, 30);
      ProducersFile.save(log, producers);
      Producers few = new Producers(new ProducerLimits(2, 2));
      ProducersFile.restore(log, few);
      List<String> byFile = told(few);
      log.directory().delete(ProducersFile.FILE);
      ProducersFile.restore(log, few);
      assertThat(told(few)).isEqualTo(byFile).hasSize(2);
    }
  }

  @Test
  void withoutRoomTheOldFileStays() {
    try (Log log = open()) {
      append(log, 9);
      ProducersFile.save(log, producers);
      append(log, 3);
      disk.limitCapacity(disk.usedBytes());
      ProducersFile.save(log, producers);
      assertThat(restored(log)).isEqualTo(told(producers));
    }
  }

  /// At every operation of a save, and in every way.
  @Test
  void aPowerCutLeavesTheOldFileOrTheNewOne() {
    Log begun = open();
    append(begun, 9);
    ProducersFile.save(begun, producers);
    append(begun, 3);
    DiskImage before = disk.copy();
    boolean whole = false;
    for (int operation = 1; !whole; operation++) {
      disk.restore(before);
      Log saving = open();
      disk.crashAfter(operation);
      try {
        ProducersFile.save(saving, producers);
        whole = true;
      } catch (SimulatedCrash e) {
        assertThat(operation).isLessThan(10);
      }
      DiskImage cut = disk.copy();
      for (var plan : disk.crashPlans()) {
        disk.restore(cut);
        disk.crash(plan);
        try (Log log = open()) {
          assertThat(restored(log))
              .as("operation %d, %s", operation, plan)
              .isEqualTo(told(producers));
        }
      }
    }
  }

  /// The format as it was first written.
  @Test
  void goldenBytes() {
    try (Log log = open()) {
      BatchBuilder builder = new BatchBuilder(2048, Codec.NONE);
      builder.add(RecordData.data(new byte[1]).stamped(new Stamp(-2, 8)));
      builder.add(RecordData.data(new byte[1]).stamped(new Stamp(5, 0)));
      builder.add(RecordData.data(new byte[1]).stamped(new Stamp(-2, 9)));
      log.append(builder, 1, 1_700_000_000_000_000L);
      log.sync();
      builder.forEachStamped(producers);
      ProducersFile.save(log, producers);
    }
    String hex = HexFormat.of().formatHex(disk.copy().bytes(ProducersFile.FILE));
    assertThat(hex.replaceAll("(.{48})", "$1\n").lines())
        .containsExactly(
            "5449444550524f440100000026ae181c0700000000000000",
            "0300000000000000030000007d0071780200000005000000",
            "000000000000000000000000010000000000000002000000",
            "00000000feffffffffffffff090000000000000002000000",
            "0000000001000000000000000300000000000000");
  }
}
