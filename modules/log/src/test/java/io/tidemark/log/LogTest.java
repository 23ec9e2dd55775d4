package io.tidemark.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.foundation.CheckFailure;
import io.tidemark.simkit.SimulatedDisk;
import io.tidemark.storage.Directory;
import io.tidemark.storage.FileSystemDirectory;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogTest {
  static final LogConfig SMALL = LogConfig.defaults(0xABCDEF, 4).withSizes(16384, 2048);

  private final SimulatedDisk disk = new SimulatedDisk();
  private final Batches batches = new Batches();

  private Log open() {
    return Log.open(disk.root(), SMALL);
  }

  @Test
  void anEmptyLogEndsBeforeItsFirstLsn() {
    try (Log log = open()) {
      assertThat(log.firstLsn()).isEqualTo(1);
      assertThat(log.appendedLsn()).isZero();
      assertThat(log.durableLsn()).isZero();
      assertThat(log.lastChecksum()).isZero();
      assertThat(log.read(0)).isEqualTo(new ReadResult.BelowFirstLsn(1));
      assertThat(log.read(1)).isEqualTo(new ReadResult.BeyondAppended(0));
      assertThat(log.recovery().kind()).isEqualTo(RecoveryCase.FRESH);
    }
    try (Log log = open()) {
      assertThat(log.recovery().kind()).isEqualTo(RecoveryCase.CLEAN);
    }
  }

  @Test
  void whatWasAppendedIsReadAcrossRollsAndReopening() {
    try (Log log = open()) {
      for (int i = 0; i < 60; i++) {
        batches.epoch(1 + i / 20);
        log.append(batches.next(1 + i % 3, 1 + i % 10, 100 + i));
        assertThat(log.appendedLsn()).isEqualTo(batches.tail().lastLsn());
        if (i % 2 == 0) {
          log.sync();
          assertThat(log.durableLsn()).isEqualTo(log.appendedLsn());
        }
        if (batches.tail().lastLsn() > 300) {
          break;
        }
      }
      assertThat(log.durableLsn()).isLessThanOrEqualTo(log.appendedLsn());
      assertHoldsAll(log);
    }
    try (Log log = open()) {
      assertHoldsAll(log);
      assertThat(log.durableLsn()).isEqualTo(log.appendedLsn());
      assertThat(log.recovery().kind()).isEqualTo(RecoveryCase.CLEAN);
      assertThat(log.recovery().segments()).isGreaterThan(3);
      assertThat(log.recovery().batches()).isEqualTo(batches.all().size());
      assertThat(log.recovery().records()).isEqualTo(log.appendedLsn());
      log.append(batches.next(1, 700));
      assertHoldsAll(log);
    }
  }

  private void assertHoldsAll(Log log) {
    assertThat(Batches.in(log)).isEqualTo(batches.all());
    for (Batch batch : batches.all()) {
      for (long lsn = batch.baseLsn(); lsn <= batch.lastLsn(); lsn++) {
        assertThat(log.read(lsn)).isEqualTo(new ReadResult.Found(batch));
        assertThat(log.epochs().epochAt(lsn)).isEqualTo(batch.epoch());
      }
    }
    Tail tail = batches.tail();
    assertThat(log.lastChecksum()).isEqualTo(tail.checksum());
    assertThat(log.lastEpoch()).isEqualTo(tail.epoch());
    assertThat(log.lastTimeMicros()).isEqualTo(tail.timeMicros());
    assertThat(log.read(tail.nextLsn())).isEqualTo(new ReadResult.BeyondAppended(tail.lastLsn()));
  }

  @Test
  void aRunOfBatchesIsOneWrite() {
    try (Log log = open()) {
      long before = disk.operations();
      log.append(batches.next(5, 2, 50));
      assertThat(disk.operations() - before).isEqualTo(1);
      log.sync();
      log.sync();
      assertThat(disk.operations() - before).as("nothing to sync the second time").isEqualTo(2);
    }
  }

  @Test
  void refusesWhatDoesNotContinueAndStaysUsable() {
    try (Log log = open()) {
      log.append(batches.next(1, 10));
      Tail tail = batches.tail();
      List<RecordData> one = List.of(RecordData.data(new byte[3]));
      List<RecordData> large = List.of(RecordData.data(new byte[2000]));
      List<Batch> wrong =
          List.of(
              Batch.encode(1, 1, 2000, tail.checksum(), one),
              Batch.encode(3, 1, 2000, tail.checksum(), one),
              Batch.encode(2, 1, 2000, tail.checksum() + 1, one),
              Batch.encode(2, 0, 2000, tail.checksum(), one),
              Batch.encode(2, 1, 5, tail.checksum(), one),
              Batch.encode(2, 1, 2000, tail.checksum(), large));
      long before = disk.operations();
      for (Batch batch : wrong) {
        assertThatThrownBy(() -> log.append(batch)).isInstanceOf(CheckFailure.class);
      }
      Batch good = batches.next(1, 10);
      assertThatThrownBy(() -> log.append(List.of(good, wrong.getFirst())))
          .isInstanceOf(CheckFailure.class);
      assertThat(disk.operations()).as("nothing was written").isEqualTo(before);
      log.append(good);
      assertHoldsAll(log);
    }
  }

  @Test
  void goesOnWithOtherSizes() {
    try (Log log = open()) {
      log.append(batches.next(3, 1, 500));
    }
    try (Log log = Log.open(disk.root(), SMALL.withSizes(65536, 30000))) {
      log.append(batches.next(1, 29000));
      assertHoldsAll(log);
    }
    try (Log log = open()) {
      assertHoldsAll(log);
    }
  }

  @Test
  void replacesAnEmptySegmentThatIsTooSmallForItsFirstBatch() {
    open().close();
    try (Log log = Log.open(disk.root(), SMALL.withSizes(65536, 30000))) {
      log.append(batches.next(1, 29000));
      log.sync();
      assertHoldsAll(log);
    }
    try (Log log = open()) {
      assertHoldsAll(log);
      assertThat(log.recovery().segments()).isEqualTo(1);
    }
  }

  @Test
  void worksOnARealFileSystem(@TempDir Path path) {
    Directory directory = FileSystemDirectory.at(path);
    try (Log log = Log.open(directory, SMALL)) {
      log.append(batches.next(20, 2, 300));
      log.sync();
      log.truncateAfter(batches.all().get(11).lastLsn());
      batches.truncateAfter(batches.all().get(11).lastLsn());
      log.append(batches.next(3, 2, 300));
      assertHoldsAll(log);
    }
    try (Log log = Log.open(directory, SMALL)) {
      assertHoldsAll(log);
    }
  }

  @Test
  void aDenseIndexIsKeptInTheFooterAndFindsEveryBatch() {
    LogConfig dense = LogConfig.defaults(5, 0).withSizes(65536, 2048).withIndexStride(64);
    try (Log log = Log.open(disk.root(), dense)) {
      log.append(batches.next(900, 1, 20));
      assertHoldsAll(log);
    }
    try (Log log = Log.open(disk.root(), dense)) {
      assertHoldsAll(log);
    }
  }
}
