package io.tidemark.log.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.log.Batch;
import io.tidemark.log.DamagedSegment;
import io.tidemark.log.Log;
import io.tidemark.log.LogConfig;
import io.tidemark.log.LogConfig.OpenCheck;
import io.tidemark.log.LogCursor;
import io.tidemark.log.LogDamagedException;
import io.tidemark.log.RecordData;
import io.tidemark.log.repair.DamagedLog.Peer;
import io.tidemark.log.repair.DamagedLog.Place;
import io.tidemark.simkit.CrashPlan;
import io.tidemark.simkit.DiskImage;
import io.tidemark.simkit.SimulatedCrash;
import io.tidemark.simkit.SimulatedDisk;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Segments of an open log that are spoilt under it: the same log has the same bytes again, and its
/// readers and its writer go on.
final class LiveRepairTest {
  private static final int BATCHES = 36;
  private static final LogConfig CONFIG = DamagedLog.CONFIG.withOpenCheck(OpenCheck.TAIL);
  private static final int STEP = 53;

  private final DamagedLog spoilt = DamagedLog.closed(DamagedLog.CONFIG, BATCHES);
  private final List<LogDamagedException> told = new ArrayList<>();
  private Log log;

  @BeforeEach
  void open() {
    log = Log.open(spoilt.disk.root(), CONFIG);
    log.damage().mendedBy(told::add);
  }

  private void again() {
    spoilt.restore();
    told.clear();
    open();
  }

  /// Reads all, and mends what it finds to be damaged; says how often.
  private int mends(Peer peer) {
    for (int count = 0; count < 5; count++) {
      try {
        assertThat(DamagedLog.in(log)).isEqualTo(spoilt.batches);
        return count;
      } catch (LogDamagedException e) {
        assertThat(e.isBeingMended()).isTrue();
        mend(e, peer);
      }
    }
    throw new AssertionError("damaged for ever: " + told);
  }

  private void mend(LogDamagedException damage, Peer peer) {
    DamagedSegment segment = DamagedSegment.of(log, damage).orElseThrow();
    try (Repair repair = Repair.of(segment)) {
      assertThat(DamagedLog.ask(repair, peer)).isTrue();
    }
    segment.replaced();
  }

  private void goesOnAndIsWhole() {
    assertThat(log.appendedLsn()).isEqualTo(spoilt.batches.getLast().lastLsn());
    log.close();
    spoilt.isWhole();
  }

  /// One batch of each file at most is asked for; what is not the record of a batch, nobody is.
  @Test
  void everyPlaceOfEverySegment() {
    int found = 0;
    for (String file : spoilt.segments()) {
      int bytes = spoilt.sound.bytes(file).length;
      for (int at = 0; at < bytes; at += STEP) {
        again();
        LogCursor before = log.cursor(1);
        assertThat(before.next()).isTrue();
        spoilt.flip(new Place(file, at));
        List<Batch> asked = new ArrayList<>();
        int mended =
            mends(
                (from, upto) -> {
                  List<Batch> some = spoilt.whole(4).read(from, upto);
                  asked.addAll(some);
                  return some;
                });
        assertThat(mended).isLessThanOrEqualTo(1);
        assertThat(asked).hasSizeLessThanOrEqualTo(1);
        if (mended > 0) {
          found++;
          long last = 1;
          while (before.next()) {
            assertThat(before.lsn()).isEqualTo(++last);
          }
          assertThat(last).isEqualTo(log.durableLsn());
          goesOnAndIsWhole();
        }
      }
    }
    assertThat(found).isGreaterThan(200);
  }

  @Test
  void everySectorThatCannotBeRead() {
    int found = 0;
    for (String file : spoilt.segments()) {
      int sectors = spoilt.sound.bytes(file).length / SimulatedDisk.SECTOR_BYTES;
      for (int sector = 0; sector < sectors; sector++) {
        again();
        spoilt.disk.spoilSector(file, sector);
        int mended = mends(spoilt.whole(4));
        assertThat(mended).isLessThanOrEqualTo(1);
        if (mended > 0) {
          found++;
          goesOnAndIsWhole();
        } else {
          log.close();
        }
      }
    }
    assertThat(found).isGreaterThan(50);
  }

  @Test
  void aReaderInASoundBatchOfItIsNotDisturbed() {
    Batch first = spoilt.batches.getFirst();
    LogCursor reader = log.cursor(1);
    assertThat(reader.next()).isTrue();
    spoilt.flipBody(spoilt.batches.get(2));
    assertThat(mends(spoilt.whole(1))).isEqualTo(1);
    assertThat(reader.payloadBytes()).isEqualTo(reader.payload().remaining());
    assertThat(first.records().getFirst().payload()).isEqualTo(reader.payload());
  }

  @Test
  void whatWasTruncatedMeanwhileIsLetGo() {
    List<Batch> last = spoilt.in(spoilt.segments().getLast());
    spoilt.flipBody(last.getLast());
    LogDamagedException damage = reads(last.getLast());
    DamagedSegment segment = DamagedSegment.of(log, damage).orElseThrow();
    assertThat(segment.isThere()).isTrue();
    log.truncateAfter(last.getFirst().lastLsn());
    assertThat(segment.isThere()).isFalse();
    DamagedSegment now = DamagedSegment.of(log, damage).orElseThrow();
    try (Repair repair = Repair.of(now)) {
      repair.begin();
      assertThat(repair.isDone()).isTrue();
    }
    log.truncateAfter(spoilt.in(spoilt.segments().getFirst()).getFirst().lastLsn());
    assertThat(DamagedSegment.of(log, damage)).isEqualTo(Optional.empty());
  }

  private LogDamagedException reads(Batch batch) {
    try {
      throw new AssertionError("sound: " + log.read(batch.baseLsn()));
    } catch (LogDamagedException e) {
      return e;
    }
  }

  @Test
  void aTruncationThatDamageIsInTheWayOfLeavesAllAndCanBeDoneLater() {
    List<Batch> some = spoilt.in(spoilt.segments().get(1));
    spoilt.flipBody(some.getFirst());
    long lsn = some.getLast().baseLsn() - 1;
    try {
      log.truncateAfter(lsn);
      throw new AssertionError("truncated");
    } catch (LogDamagedException e) {
      assertThat(told).hasSize(1);
      mend(e, spoilt.whole(4));
    }
    log.truncateAfter(lsn);
    assertThat(log.appendedLsn()).isEqualTo(lsn);
    log.append(
        Batch.encode(
            lsn + 1, 99, 1 << 20, log.lastChecksum(), List.of(RecordData.data(new byte[1]))));
    log.close();
    try (Log again = Log.open(spoilt.disk.root(), DamagedLog.CONFIG)) {
      assertThat(again.appendedLsn()).isEqualTo(lsn + 1);
    }
  }

  @Test
  void anotherRecordIsNotTaken() {
    Batch lost = spoilt.batches.get(10);
    spoilt.flipBody(lost);
    DamagedSegment segment = DamagedSegment.of(log, reads(lost)).orElseThrow();
    try (Repair repair = Repair.of(segment)) {
      repair.begin();
      Batch other =
          Batch.encode(
              lost.baseLsn(),
              lost.epoch(),
              lost.timeMicros(),
              lost.previousChecksum(),
              List.of(RecordData.data(new byte[1])));
      repair.offer(List.of(other));
      assertThat(repair.isDone()).isFalse();
    }
  }

  @Test
  void thePowerGoesAtEveryWriteOfItInASealedSegment() {
    everyCut(it -> it.flipHeader(it.batches.get(10)), spoilt.batches.get(10));
  }

  @Test
  void thePowerGoesAtEveryWriteOfItInTheOneThatIsWrittenTo() {
    Batch last = spoilt.batches.getLast();
    everyCut(it -> it.flipBody(last), last);
  }

  private void everyCut(Consumer<DamagedLog> damage, Batch read) {
    Set<Long> looked = new HashSet<>();
    boolean whole = false;
    for (long n = 1; !whole; n++) {
      again();
      damage.accept(spoilt);
      LogDamagedException found = reads(read);
      spoilt.disk.crashAfter(n);
      try {
        mend(found, spoilt.whole(4));
        whole = true;
      } catch (SimulatedCrash e) {
        whole = false;
      }
      DiskImage atTheCut = spoilt.disk.copy();
      for (CrashPlan plan : spoilt.disk.crashPlans()) {
        spoilt.disk.restore(atTheCut);
        spoilt.disk.crash(plan);
        if (looked.add(spoilt.disk.durablePrint())) {
          isWholeAfter("cut at operation " + n + ", " + plan);
        }
      }
    }
    assertThat(looked).hasSizeGreaterThan(10);
  }

  private void isWholeAfter(String where) {
    try {
      if (spoilt.isDamaged()) {
        spoilt.mend(spoilt.whole(4));
      }
      spoilt.isWhole();
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(where + " leaves " + spoilt.disk.root().list(), e);
    }
  }
}
