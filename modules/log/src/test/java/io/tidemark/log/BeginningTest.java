package io.tidemark.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tidemark.simkit.DiskOperation;
import io.tidemark.simkit.SimulatedDisk;
import io.tidemark.storage.Access;
import io.tidemark.storage.FileSystemDirectory;
import io.tidemark.storage.StorageException;
import io.tidemark.storage.StorageException.Category;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A log that is dropped and begun anew behind a batch that is elsewhere: what its readers see, and
/// what is left where that fails.
final class BeginningTest {
  private static final LogConfig CONFIG = LogConfig.defaults(79, 0).withSizes(16384, 2048);
  private static final ByteBuffer NO_PRODUCERS = ByteBuffer.allocate(0);

  private final SimulatedDisk disk = new SimulatedDisk();
  private final Batches batches = new Batches();

  private Log filled() {
    Log log = Log.open(disk.root(), CONFIG);
    log.append(batches.next(9, 1, 1500));
    log.sync();
    return log;
  }

  private static Tail tail(long lsn) {
    return new Tail(lsn, 31 * (int) lsn, 4, 5000 + lsn);
  }

  /// The end of batch `lsn` as it is in the log already.
  private Tail own(long lsn) {
    return Tail.EMPTY.after(batches.all().get((int) lsn - 1));
  }

  private static LogCursor at(Log log, long lsn) {
    LogCursor cursor = log.cursor(1);
    while (cursor.lsn() < lsn) {
      assertThat(cursor.next()).isTrue();
    }
    return cursor;
  }

  private void appendBehind(Log log, Tail tail, int count) {
    batches.beginBehind(tail);
    batches.epoch(5);
    batches.later(10_000);
    log.append(batches.next(count, 1, 700));
    log.sync();
  }

  @Test
  void holdsNothingAndGoesOnBehindTheTail() {
    try (Log log = filled()) {
      log.retention().hold("reader", 3);
      log.beginBehind(tail(70), ByteBuffer.wrap(new byte[] {1, 2, 3}));
      assertThat(log.firstLsn()).isEqualTo(71);
      assertThat(log.appendedLsn()).isEqualTo(70);
      assertThat(log.durableLsn()).isEqualTo(70);
      assertThat(log.lastEpoch()).isEqualTo(4);
      assertThat(log.epochs().toString()).isEqualTo("[4@70]");
      assertThat(log.startAfterTrim(1)).isEqualTo(tail(70));
      assertThat(log.read(9)).isEqualTo(new ReadResult.BelowFirstLsn(71));
      assertThat(log.read(71)).isEqualTo(new ReadResult.BeyondAppended(70));
      assertThat(log.retention().heldLsn()).isEqualTo(3);
      appendBehind(log, tail(70), 20);
      assertThat(log.trimBelow(80)).as("held").isEqualTo(71);
    }
    try (Log log = Log.open(disk.root(), CONFIG)) {
      assertThat(log.recovery().kind()).isEqualTo(RecoveryCase.CLEAN);
      assertThat(Batches.in(log)).isEqualTo(batches.all());
      assertThat(log.epochs().toString()).isEqualTo("[4@70 5@71]");
      assertThat(disk.copy().bytes(LogCopy.PRODUCERS_FILE)).containsExactly(1, 2, 3);
    }
  }

  @Test
  void whoReadLessIsToldThatItIsGone() {
    try (Log log = filled()) {
      LogCursor cursor = at(log, 4);
      LogCursor fresh = log.cursor(2);
      ResumeToken token = cursor.token();
      log.beginBehind(tail(70), NO_PRODUCERS);
      assertThatThrownBy(cursor::next).isInstanceOf(BelowFirstLsnException.class);
      assertThatThrownBy(fresh::next).isInstanceOf(BelowFirstLsnException.class);
      assertThatThrownBy(() -> log.cursor(token, Selection.ALL))
          .isInstanceOf(BelowFirstLsnException.class);
    }
  }

  @Test
  void whoReadOtherRecordsThanFollowIsTold() {
    for (long read : new long[] {6, 7, 8}) {
      disk.root().list().forEach(disk.root()::delete);
      batches.beginBehind(Tail.EMPTY);
      batches.epoch(1);
      try (Log log = filled()) {
        LogCursor cursor = at(log, read);
        ResumeToken token = cursor.token();
        log.beginBehind(tail(6), NO_PRODUCERS);
        assertThat(cursor.next()).as("nothing there yet").isFalse();
        appendBehind(log, tail(6), 12);
        assertThatThrownBy(cursor::next).isInstanceOf(ReplacedException.class);
        assertThatThrownBy(() -> log.cursor(token, Selection.ALL))
            .isInstanceOf(ResumeRefusedException.class);
      }
    }
  }

  /// The same records come again: nothing was replaced.
  @Test
  void whoReadWhatFollowsAgainGoesOn() {
    try (Log log = filled()) {
      LogCursor cursor = at(log, 8);
      ResumeToken before = log.cursor(7).token();
      List<Batch> again = List.copyOf(batches.all().subList(6, 9));
      log.beginBehind(own(6), NO_PRODUCERS);
      log.append(again);
      log.sync();
      assertThat(cursor.next()).isTrue();
      assertThat(cursor.lsn()).isEqualTo(9);
      assertThat(log.cursor(before, Selection.ALL).next()).isTrue();
    }
  }

  @Test
  void withoutRoomForTheIntentNothingChanges() {
    try (Log log = filled()) {
      LogCursor cursor = at(log, 3);
      disk.limitCapacity(disk.usedBytes() + 10);
      StorageException full =
          catchThrowableOfType(
              StorageException.class, () -> log.beginBehind(tail(70), NO_PRODUCERS));
      assertThat(full.category()).isEqualTo(Category.FULL);
      assertThat(Batches.in(log)).isEqualTo(batches.all());
      assertThat(cursor.next()).isTrue();
      disk.limitCapacity(Long.MAX_VALUE);
      log.append(batches.next(1, 10));
      log.sync();
      assertThat(Batches.in(log)).isEqualTo(batches.all());
      log.beginBehind(tail(70), NO_PRODUCERS);
      assertThat(log.firstLsn()).isEqualTo(71);
    }
  }

  /// The old log makes room for the new one.
  @Test
  void aFullDiskTakesTheNewLog() {
    try (Log log = filled()) {
      disk.limitCapacity(disk.usedBytes() + 1000);
      log.beginBehind(tail(70), NO_PRODUCERS);
      appendBehind(log, tail(70), 3);
      assertThat(Batches.in(log)).isEqualTo(batches.all());
    }
  }

  @Test
  void aFailureBehindTheIntentFencesAndOpeningFinishes() {
    Log log = filled();
    disk.faults().failNth(DiskOperation.DELETE, name -> true, 2);
    assertThatThrownBy(() -> log.beginBehind(tail(70), NO_PRODUCERS))
        .isInstanceOf(LogFencedException.class);
    assertThat(log.read(2)).isEqualTo(new ReadResult.BelowFirstLsn(71));
    assertThat(log.read(71)).isEqualTo(new ReadResult.BeyondAppended(70));
    assertThat(log.retainedFrom(0, 0)).isEqualTo(71);
    assertThat(log.startAfterTrim(90)).isEqualTo(tail(70));
    assertThat(log.firstLsnSince(0)).isEqualTo(71);
    assertThatThrownBy(log::sync).isInstanceOf(LogFencedException.class);
    log.close();
    disk.killProcess();
    try (Log opened = Log.open(disk.root(), CONFIG)) {
      assertThat(opened.recovery().kind()).isEqualTo(RecoveryCase.INTERRUPTED_BEGINNING);
      assertThat(opened.extent().tail()).isEqualTo(tail(70));
    }
  }

  @Test
  void noLogBeginsBehindNothing() {
    try (Log log = filled()) {
      assertThatThrownBy(() -> log.beginBehind(Tail.EMPTY, NO_PRODUCERS))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(Batches.in(log)).isEqualTo(batches.all());
    }
  }

  /// On real files, mapped and not, with the next segment made in the background.
  @Test
  void readersBesideItSeeWhatIsThere(@TempDir Path path) throws Exception {
    for (Access access : Access.values()) {
      AtomicBoolean done = new AtomicBoolean();
      LogConfig config = CONFIG.withSizes(24576, 4096).withAccess(access);
      try (ExecutorService threads = Executors.newFixedThreadPool(3);
          Log log = Log.open(FileSystemDirectory.at(path.resolve("" + access)), config, threads)) {
        Future<Long> found = threads.submit(() -> readUntil(done, log));
        try {
          for (int round = 0; round < 25; round++) {
            log.beginBehind(tail(100 + 7L * (round % 5)), NO_PRODUCERS);
            appendBehind(log, tail(log.appendedLsn()), 30);
          }
        } finally {
          done.set(true);
        }
        assertThat(found.get()).isPositive();
        assertThat(Batches.in(log)).isEqualTo(batches.all());
      }
    }
  }

  private static long readUntil(AtomicBoolean done, Log log) {
    long found = 0;
    long lsn = 100;
    LogCursor cursor = log.cursor(log.firstLsn());
    while (!done.get()) {
      lsn = lsn < 160 ? lsn + 1 : 100;
      if (log.read(lsn) instanceof ReadResult.Found(Batch batch)) {
        assertThat(batch.baseLsn()).isEqualTo(lsn);
        found++;
      }
      assertThat(log.retainedFrom(1 << 15, 0)).isPositive();
      try {
        long next = cursor.nextLsn();
        assertThat(!cursor.next() || cursor.lsn() == next).as("in order").isTrue();
      } catch (BelowFirstLsnException | ReplacedException e) {
        cursor = log.cursor(log.firstLsn());
      }
    }
    return found;
  }
}
