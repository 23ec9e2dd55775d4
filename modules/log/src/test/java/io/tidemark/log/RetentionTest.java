package io.tidemark.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.simkit.SimulatedDisk;
import io.tidemark.storage.StorageException;
import io.tidemark.storage.StorageException.Category;
import org.junit.jupiter.api.Test;

/// What is trimmed, what is held, and that both survive.
final class RetentionTest {
  private static final LogConfig CONFIG = LogConfig.defaults(92, 1).withSizes(16384, 2048);

  private final SimulatedDisk disk = new SimulatedDisk();
  private final Batches batches = new Batches();

  /// Segments of two records each, `time == 1000 + lsn`.
  private Log filled() {
    Log log = Log.open(disk.root(), CONFIG);
    log.append(batches.next(20, 1, 1900));
    log.sync();
    return log;
  }

  @Test
  void wholeSegmentsGoOldestFirstAndStayAway() {
    Log log = filled();
    assertThat(log.trimBelow(1)).isEqualTo(1);
    assertThat(log.trimBelow(6)).as("record 6 is in the segment of 5").isEqualTo(5);
    assertThat(log.read(4)).isEqualTo(new ReadResult.BelowFirstLsn(5));
    assertThat(log.read(5)).isInstanceOf(ReadResult.Found.class);
    disk.crashLosingAllUnsynced();
    log = Log.open(disk.root(), CONFIG);
    assertThat(log.recovery().kind()).isEqualTo(RecoveryCase.CLEAN);
    assertThat(log.firstLsn()).isEqualTo(5);
    assertThat(Batches.in(log)).isEqualTo(batches.all().subList(4, 20));
    assertThat(log.trimBelow(Long.MAX_VALUE)).as("the active one stays").isEqualTo(19);
    assertThat(log.epochs().epochAt(19)).isEqualTo(1);
    log.append(batches.next(1, 10));
    assertThat(log.appendedLsn()).isEqualTo(21);
  }

  @Test
  void nothingIsTrimmedThatSomebodyHoldsNotAfterARestartEither() {
    Log log = filled();
    log.retention().hold("checkpoint", 9);
    log.retention().hold("reader", 4);
    assertThat(log.trimBelow(15)).isEqualTo(3);
    log.retention().hold("reader", 12);
    assertThat(log.trimBelow(15)).isEqualTo(9);
    disk.crashLosingAllUnsynced();
    log = Log.open(disk.root(), CONFIG);
    assertThat(log.retention().holders()).containsKeys("checkpoint", "reader");
    assertThat(log.trimBelow(15)).as("held from before").isEqualTo(9);
    log.retention().release("checkpoint");
    log.retention().release("reader");
    disk.crashLosingAllUnsynced();
    log = Log.open(disk.root(), CONFIG);
    assertThat(log.retention().holders()).isEmpty();
    assertThat(log.trimBelow(15)).isEqualTo(15);
  }

  @Test
  void whatIsNotDurableIsNotTrimmed() {
    Log log = Log.open(disk.root(), CONFIG);
    log.append(batches.next(3, 1, 1900));
    assertThat(log.trimBelow(Long.MAX_VALUE)).isEqualTo(3);
    assertThat(log.durableLsn()).isEqualTo(2);
  }

  @Test
  void bySizeAndByAge() {
    Log log = filled();
    assertThat(log.retainedFrom(4 * 16384, 0)).isEqualTo(13);
    assertThat(log.retainedFrom(Long.MAX_VALUE, 1009))
        .as("segments younger than that")
        .isEqualTo(9);
    assertThat(log.retainedFrom(Long.MAX_VALUE, 0)).isEqualTo(1);
    assertThat(log.retainedFrom(1, Long.MAX_VALUE)).as("the active one").isEqualTo(19);
  }

  @Test
  void aMissingSegmentAboveTheFloorIsDamage() {
    Log log = filled();
    log.trimBelow(5);
    log.close();
    disk.root().delete(SegmentHeader.fileName(5));
    assertThatThrownBy(() -> Log.open(disk.root(), CONFIG))
        .isInstanceOfSatisfying(
            LogDamagedException.class,
            e -> assertThat(e.kind()).isEqualTo(RecoveryCase.MISSING_SEGMENT));
  }

  @Test
  void aTrimThatFindsNoRoomChangesNothing() {
    Log log = filled();
    disk.limitCapacity(disk.usedBytes());
    assertThatThrownBy(() -> log.trimBelow(5))
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.category()).isEqualTo(Category.FULL));
    assertThat(log.firstLsn()).isEqualTo(1);
    disk.limitCapacity(Long.MAX_VALUE);
    assertThat(log.trimBelow(5)).isEqualTo(5);
  }

  @Test
  void namesAreBounded() {
    Log log = filled();
    assertThatThrownBy(() -> log.retention().hold("", 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> log.retention().hold("x".repeat(256), 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
