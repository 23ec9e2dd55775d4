package io.tidemark.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tidemark.foundation.CheckFailure;
import io.tidemark.simkit.DiskOperation;
import io.tidemark.simkit.SimulatedDisk;
import io.tidemark.storage.StorageException;
import io.tidemark.storage.StorageException.Category;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LogFailureTest {
  private static final LogConfig CONFIG = LogConfig.defaults(79, 0).withSizes(16384, 2048);

  private final SimulatedDisk disk = new SimulatedDisk();
  private final Batches batches = new Batches();
  private Log log = Log.open(disk.root(), CONFIG);

  private void fail(DiskOperation operation) {
    disk.faults().failNth(operation, name -> true, 1);
  }

  private void assertFencedBy(Category category) {
    LogFencedException first = catchThrowableOfType(LogFencedException.class, () -> log.sync());
    assertThat(first.getCause()).isInstanceOf(StorageException.class);
    assertThat(((StorageException) first.getCause()).category()).isEqualTo(category);
    long before = disk.operations();
    assertThatThrownBy(() -> log.append(batches.next(1, 10)))
        .isInstanceOf(LogFencedException.class)
        .hasCause(first.getCause());
    assertThatThrownBy(() -> log.truncateAfter(0)).isInstanceOf(LogFencedException.class);
    assertThat(disk.operations()).as("never tried again").isEqualTo(before);
  }

  @Test
  void aFailedSyncFencesAndMovesNothing() {
    log.append(batches.next(1, 100));
    log.sync();
    log.append(batches.next(1, 100));
    fail(DiskOperation.SYNC);
    assertThatThrownBy(log::sync).isInstanceOf(LogFencedException.class);
    assertThat(log.durableLsn()).isEqualTo(1);
    assertThat(log.appendedLsn()).isEqualTo(2);
    assertFencedBy(Category.SYNC_FAILED);
    assertThat(log.durableLsn()).isEqualTo(1);
    assertThat(log.read(2)).isEqualTo(new ReadResult.Found(batches.all().get(1)));
  }

  /// RELIABILITY fact 1: the next process reads what the failed sync left in the page cache, and
  /// when it says durable, that must be true.
  @Test
  void whatIsReadBackAfterAFailedSyncIsMadeDurable() {
    log.append(batches.next(2, 1, 100));
    log.sync();
    log.append(batches.next(3, 1, 300));
    fail(DiskOperation.SYNC);
    assertThatThrownBy(log::sync).isInstanceOf(LogFencedException.class);
    disk.killProcess();
    log = Log.open(disk.root(), CONFIG);
    assertThat(log.durableLsn()).isEqualTo(5);
    disk.crashLosingAllUnsynced();
    log = Log.open(disk.root(), CONFIG);
    assertThat(Batches.in(log)).isEqualTo(batches.all());
  }

  @Test
  void aFailedWriteFencesAndTheTearIsCut() {
    log.append(batches.next(1, 100));
    log.sync();
    Batch lost = batches.next(1, 1000);
    fail(DiskOperation.WRITE);
    assertThatThrownBy(() -> log.append(lost)).isInstanceOf(LogFencedException.class);
    assertThat(log.appendedLsn()).isEqualTo(1);
    batches.truncateAfter(1);
    assertFencedBy(Category.WRITE_FAILED);
    log.close();
    log = Log.open(disk.root(), CONFIG);
    assertThat(log.recovery().kind()).isEqualTo(RecoveryCase.TORN_TAIL);
    assertThat(log.recovery().cutBytes()).isGreaterThan(400);
    assertThat(log.appendedLsn()).isEqualTo(1);
  }

  @Test
  void noRoomForTheNextSegmentRefusesTheBatchAndStaysUsable() {
    log.append(batches.next(2, 1, 1800));
    log.sync();
    disk.limitCapacity(disk.usedBytes() + 5000);
    Batch refused = batches.next(1, 1900);
    for (int i = 0; i < 3; i++) {
      StorageException full =
          catchThrowableOfType(StorageException.class, () -> log.append(refused));
      assertThat(full.category()).isEqualTo(Category.FULL);
      assertThat(log.appendedLsn()).isEqualTo(2);
      assertThat(disk.copy().paths()).as("nothing left behind").hasSize(1);
    }
    batches.truncateAfter(2);
    log.append(batches.next(1, 20));
    log.sync();
    Batch next = batches.next(1, 1900);
    disk.limitCapacity(Long.MAX_VALUE);
    log.append(next);
    log.sync();
    assertThat(Batches.in(log)).isEqualTo(batches.all());
    log.close();
    log = Log.open(disk.root(), CONFIG);
    assertThat(Batches.in(log)).isEqualTo(batches.all());
  }

  @Test
  void aRollThatFailsOtherwiseFences() {
    for (DiskOperation operation :
        List.of(DiskOperation.CREATE, DiskOperation.RENAME, DiskOperation.SYNC_DIRECTORY)) {
      disk.crashLosingAllUnsynced();
      log = Log.open(disk.root(), CONFIG);
      log.truncateAfter(0);
      batches.truncateAfter(0);
      log.append(batches.next(2, 1, 1900));
      fail(operation);
      assertThatThrownBy(() -> log.append(batches.next(1, 1900)))
          .isInstanceOf(LogFencedException.class);
      batches.truncateAfter(2);
    }
  }

  @Test
  void anErrorOnTheWayFencesToo() {
    boolean[] fails = new boolean[1];
    SpoiltDirectory.Bug bug =
        new SpoiltDirectory.Bug() {
          @Override
          public boolean syncsFile(String name, long lastWord) {
            if (fails[0]) {
              throw new NoClassDefFoundError("no descriptors are left");
            }
            return true;
          }
        };
    Log spoilt = Log.open(new SpoiltDirectory(new SimulatedDisk().root(), bug), CONFIG);
    spoilt.append(batches.next(1, 100));
    fails[0] = true;
    assertThatThrownBy(spoilt::sync).isInstanceOf(NoClassDefFoundError.class);
    fails[0] = false;
    assertThatThrownBy(spoilt::sync).isInstanceOf(LogFencedException.class);
    assertThat(spoilt.durableLsn()).isZero();
  }

  @Test
  void truncatesOnlyAtABatchThatIsThere() {
    log.append(batches.next(3, 2, 10));
    assertThatThrownBy(() -> log.truncateAfter(3)).isInstanceOf(CheckFailure.class);
    assertThatThrownBy(() -> log.truncateAfter(-1)).isInstanceOf(CheckFailure.class);
    assertThatThrownBy(() -> log.truncateAfter(7)).isInstanceOf(CheckFailure.class);
    log.truncateAfter(6);
    log.truncateAfter(4);
    assertThat(log.durableLsn()).isEqualTo(4);
    assertThat(log.read(5)).isEqualTo(new ReadResult.BeyondAppended(4));
  }

  @Test
  void damageFoundByATruncationIsSaidAndChangesNothing() {
    log.append(batches.next(3, 1, 100));
    log.sync();
    String file = SegmentHeader.fileName(1);
    disk.flipBit(file, 8L * (SegmentHeader.framesAt() + Mark.BYTES + 100));
    LogDamagedException damaged =
        catchThrowableOfType(LogDamagedException.class, () -> log.truncateAfter(2));
    assertThat(damaged.expectedLsn()).isEqualTo(1);
    assertThat(damaged.file()).isEqualTo(file);
    assertThat(log.appendedLsn()).isEqualTo(3);
    assertThat(disk.root().list()).doesNotContain(TruncationIntent.FILE);
  }

  @Test
  void damageFoundByAReadIsSaid() {
    log.append(batches.next(3, 1, 100));
    log.sync();
    String file = SegmentHeader.fileName(1);
    disk.flipBit(
        file,
        8L * (SegmentHeader.framesAt() + Mark.BYTES + batches.all().getFirst().sizeBytes() + 100));
    assertThat(log.read(1)).isInstanceOf(ReadResult.Found.class);
    LogDamagedException damaged =
        catchThrowableOfType(LogDamagedException.class, () -> log.read(2));
    assertThat(damaged.kind()).isEqualTo(RecoveryCase.DAMAGED_BATCH);
    assertThat(damaged.expectedLsn()).isEqualTo(2);
    assertThat(damaged.file()).isEqualTo(file);
    assertThat(log.read(3)).isInstanceOf(ReadResult.Found.class);
  }
}
