package io.tidemark.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.tidemark.foundation.CheckFailure;
import io.tidemark.log.LogConfig.OpenCheck;
import io.tidemark.simkit.DiskOperation;
import io.tidemark.simkit.SimulatedDisk;
import io.tidemark.storage.Access;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// Twelve ways in which such logs failed their users, by name (CAPABILITIES).
///
/// Three are not here: 7, transactions that recovery cannot see, and 11, nonces of encryption used
/// again, because there are neither yet; and 9, tests that cannot fail, which is [PlantedBugsTest].
/// Of 8 there are no metrics in this module.
final class TwelveFailuresTest {
  private static final LogConfig CONFIG = Scripts.CONFIG;

  private final SimulatedDisk disk = new SimulatedDisk();
  private final Batches batches = new Batches();

  private Log open(LogConfig config) {
    return Log.open(disk.root(), config);
  }

  private void write(Log log, int count, int payloadBytes) {
    log.append(batches.next(count, 1, payloadBytes));
    log.sync();
  }

  @Nested
  final class Failure1AcknowledgedBeforeDurable {
    @Test
    void whatIsSaidToBeDurableSurvivesTheHardestCutAtEveryMoment() {
      for (int steps = 1; steps < 40; steps++) {
        SimulatedDisk own = new SimulatedDisk();
        Batches made = new Batches();
        Log log = Log.open(own.root(), CONFIG);
        for (int i = 0; i < steps; i++) {
          switch (i % 5) {
            case 3 -> log.sync();
            case 4 -> log.noteSynced();
            default -> log.append(made.next(1, 1, 100 * (i % 13)));
          }
        }
        long durable = log.durableLsn();
        own.crashLosingAllUnsynced();
        assertThat(Log.open(own.root(), CONFIG).appendedLsn()).isGreaterThanOrEqualTo(durable);
      }
    }

    @Test
    void aReaderOfDurableRecordsIsShownNoneBeforeItsSync() {
      Log log = open(CONFIG);
      log.append(batches.next(3, 1, 10));
      assertThat(log.cursor(1).next()).isFalse();
      log.sync();
      assertThat(log.cursor(1).next()).isTrue();
    }
  }

  @Nested
  final class Failure2SyncErrorLost {
    @Test
    void whicheverSyncFailsItIsSaidAndNothingIsAcknowledgedAfterIt() {
      for (int nth = 1; nth < 12; nth++) {
        for (DiskOperation kind : List.of(DiskOperation.SYNC, DiskOperation.SYNC_DIRECTORY)) {
          failNth(kind, nth);
        }
      }
    }

    private void failNth(DiskOperation kind, int nth) {
      SimulatedDisk own = new SimulatedDisk();
      Batches made = new Batches();
      Log log = Log.open(own.root(), CONFIG);
      own.faults().failNth(kind, _ -> true, nth);
      long durable = 0;
      Throwable said = null;
      for (int i = 0; i < 20 && said == null; i++) {
        durable = log.durableLsn();
        said = catchThrowable(() -> appendAndSync(log, made));
      }
      assertThat(own.faults().struck()).as("%s %d", kind, nth).isEqualTo(said == null ? 0 : 1);
      if (said != null) {
        assertThat(said).isInstanceOf(LogFencedException.class);
        assertThatThrownBy(log::sync).isInstanceOf(LogFencedException.class);
        assertThat(log.durableLsn()).isBetween(durable, durable + 1);
        own.crashLosingAllUnsynced();
        assertThat(Log.open(own.root(), CONFIG).appendedLsn())
            .isGreaterThanOrEqualTo(log.durableLsn());
      }
    }

    private void appendAndSync(Log log, Batches made) {
      log.append(made.next(1, 1, 1500));
      log.sync();
    }
  }

  @Nested
  final class Failure3ReopeningBreaksTheLog {
    @Test
    void openedAHundredTimesBehindTearsItIsDenseAndGivesNoLsnTwice() {
      for (int i = 0; i < 100; i++) {
        Log log = open(CONFIG);
        assertThat(log.appendedLsn()).isEqualTo(batches.tail().lastLsn());
        write(log, 1, 90);
        log.append(batches.next(1, 1, 1000));
        disk.crashLosingAllUnsynced();
        batches.truncateAfter(log.durableLsn());
      }
      assertThat(Batches.in(open(CONFIG))).isEqualTo(batches.all());
    }

    @Test
    void openingTwiceGivesWhatOpeningOnceGave() {
      write(open(CONFIG), 6, 1500);
      disk.killProcess();
      open(CONFIG).close();
      disk.killProcess();
      Log again = open(CONFIG);
      assertThat(again.recovery().kind()).isEqualTo(RecoveryCase.CLEAN);
      assertThat(Batches.in(again)).isEqualTo(batches.all());
    }
  }

  @Nested
  final class Failure4DamageReadAsTheEnd {
    @Test
    void aFlippedBitIsNeverTheEnd() {
      assertThat(DamageProbe.run(Log::open)).isPositive();
    }

    @Test
    void aReaderAtDamageIsToldAndDoesNotSpin() {
      Log log = open(CONFIG);
      write(log, 3, 300);
      disk.flipBit(SegmentHeader.fileName(1), 8L * (SegmentHeader.framesAt() + 500));
      LogCursor cursor = log.cursor(1);
      Assertions.assertTimeoutPreemptively(
          Duration.ofSeconds(10),
          () -> {
            for (int i = 0; i < 3; i++) {
              assertThatThrownBy(
                      () -> {
                        while (cursor.next()) {
                          cursor.payload();
                        }
                      })
                  .isInstanceOf(LogDamagedException.class);
            }
          });
    }
  }

  @Nested
  final class Failure5LiveDataDeleted {
    @Test
    void rightAfterARestartNothingIsTrimmedThatSomebodyHeld() {
      Log log = open(CONFIG);
      write(log, 6, 1500);
      log.retention().hold("checkpoint", 3);
      disk.crashLosingAllUnsynced();
      Log again = open(CONFIG);
      again.trimBelow(Long.MAX_VALUE);
      assertThat(again.read(3)).isInstanceOf(ReadResult.Found.class);
      assertThat(Batches.in(again).getLast()).isEqualTo(batches.all().getLast());
    }

    @Test
    void rollsInOneMomentGetNamesOfTheirOwn() {
      Log log = open(CONFIG);
      Set<String> names = new HashSet<>();
      for (int i = 0; i < 5; i++) {
        write(log, 1, 1);
        log.roll();
        log.roll();
        names.addAll(disk.root().list());
      }
      assertThat(names.stream().filter(SegmentHeader::isSegmentName)).hasSize(6);
      assertThat(Batches.in(log)).isEqualTo(batches.all());
    }
  }

  @Nested
  final class Failure6AnLsnThatIsNotReal {
    @Test
    void theLsnThatAppendGivesIsTheOneItIsReadBy() {
      Log log = open(CONFIG);
      for (int i = 0; i < 60; i++) {
        BatchBuilder builder = new BatchBuilder(2048, Codec.NONE);
        for (int record = 0; record <= i % 4; record++) {
          builder.add(RecordData.data(new byte[] {(byte) i, (byte) record}));
        }
        long lsn = log.append(builder, 1, 1);
        ReadResult.Found found = (ReadResult.Found) log.read(lsn + i % 4);
        ByteBuffer payload = found.batch().records().getLast().payload();
        assertThat(payload).isEqualTo(ByteBuffer.wrap(new byte[] {(byte) i, (byte) (i % 4)}));
      }
    }
  }

  @Nested
  final class Failure8OptionsThatDoNothing {
    @Test
    void sizesAgeAndAccess() {
      assertThatThrownBy(() -> open(CONFIG).append(new Batches().next(1, 1990)))
          .as("maxBatchBytes")
          .isInstanceOf(CheckFailure.class);
      assertThat(disk.copy().bytes(SegmentHeader.fileName(1))).as("segmentBytes").hasSize(16384);
      Log aged = Log.open(new SimulatedDisk().root(), CONFIG.withMaxSegmentAge(10));
      aged.append(batches.next(1, 10));
      batches.later(100);
      aged.append(batches.next(1, 10));
      assertThat(aged.extent().segments()).as("maxSegmentAgeMicros").hasSize(2);
      Log direct = Log.open(new SimulatedDisk().root(), CONFIG.withAccess(Access.DIRECT));
      assertThat(direct.extent().active().header().blockBytes()).as("access").isEqualTo(512);
    }

    @Test
    void strideAndOpenCheck() {
      List<Integer> entries = new ArrayList<>();
      for (int stride : new int[] {512, 4096}) {
        SegmentIndex index = new SegmentIndex(stride);
        for (int at = 0; at < 8192; at += 256) {
          index.add(at + 1, at, at);
        }
        entries.add(index.size());
      }
      assertThat(entries).as("indexStrideBytes").containsExactly(16, 2);
      try (Log log = open(CONFIG)) {
        write(log, 9, 1500);
      }
      disk.flipBit(SegmentHeader.fileName(1), 8L * (SegmentHeader.framesAt() + 700));
      disk.killProcess();
      open(CONFIG.withOpenCheck(OpenCheck.TAIL)).close();
      disk.killProcess();
      assertThatThrownBy(() -> open(CONFIG.withOpenCheck(OpenCheck.ALL)))
          .isInstanceOf(LogDamagedException.class);
    }
  }

  @Nested
  final class Failure10PaddingOfDirectIo {
    @Test
    void everyBatchIsReplayedAndNotTheFirstAlone() {
      LogConfig direct = CONFIG.withAccess(Access.DIRECT);
      Log log = open(direct);
      for (int i = 0; i < 25; i++) {
        write(log, 1, 37 * i);
      }
      disk.crashLosingAllUnsynced();
      assertThat(Batches.in(open(direct))).isEqualTo(batches.all());
      disk.killProcess();
      assertThat(Batches.in(open(CONFIG))).as("through the page cache").isEqualTo(batches.all());
    }
  }

  @Nested
  final class Failure12DirectoryEntriesNeverSynced {
    @Test
    void everyNameThatMattersSurvivesTheHardestCut() {
      Log log = open(CONFIG);
      write(log, 7, 1500);
      log.retention().hold("reader", 5);
      log.trimBelow(5);
      long firstLsn = log.firstLsn();
      assertThat(disk.copy().durablePaths()).isEqualTo(disk.copy().paths());
      disk.crashLosingAllUnsynced();
      Log again = open(CONFIG);
      assertThat(again.firstLsn()).isEqualTo(firstLsn);
      assertThat(again.retention().holders()).containsEntry("reader", 5L);
      assertThat(again.appendedLsn()).isEqualTo(7);
    }
  }
}
