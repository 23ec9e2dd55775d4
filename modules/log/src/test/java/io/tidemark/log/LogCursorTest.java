package io.tidemark.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tidemark.simkit.SimulatedDisk;
import io.tidemark.storage.Access;
import io.tidemark.storage.Directory;
import io.tidemark.storage.FileSystemDirectory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Reading on: everything once and in order, what is selected and nothing else, and typed answers
/// where that cannot be.
final class LogCursorTest {
  private static final LogConfig CONFIG = LogConfig.defaults(91, 0).withSizes(24576, 4096);
  private static final int RECORDS = 900;
  private static final int USER_TYPE = 300;

  @TempDir private Path path;

  private final SimulatedDisk disk = new SimulatedDisk();
  private final BatchBuilder builder = new BatchBuilder(4096, Codec.NONE);

  /// Record `lsn` has `lsn` and as many more bytes in its payload; each third is of a stream, each
  /// fifth of another type; batches of 7; batch `n` has time `1000 n`.
  private static RecordData record(long lsn) {
    ByteBuffer payload = ByteBuffer.allocate(8 + (int) (lsn % 40)).putLong(0, lsn);
    RecordData data = RecordData.of(lsn % 5 == 0 ? USER_TYPE : RecordData.DATA, payload.array());
    return lsn % 3 == 0 ? data.inStream(lsn % 2) : data;
  }

  private static void fill(Log log, BatchBuilder builder) {
    while (log.appendedLsn() < RECORDS) {
      builder.clear();
      long lsn = log.appendedLsn() + 1;
      long last = Math.min(RECORDS, (lsn - 1) / 7 * 7 + 7);
      for (long next = lsn; next <= last; next++) {
        assertThat(builder.add(record(next))).isTrue();
      }
      log.append(builder, 1 + lsn / 400, 1000 * (lsn / 7));
    }
  }

  private Log filled() {
    Log log = Log.open(disk.root(), CONFIG);
    fill(log, builder);
    log.sync();
    return log;
  }

  private static List<Long> lsns(LogCursor cursor) {
    List<Long> seen = new ArrayList<>();
    while (cursor.next()) {
      seen.add(cursor.lsn());
      RecordData expected = record(cursor.lsn());
      assertThat(cursor.payload()).isEqualTo(expected.payload());
      assertThat(cursor.type()).isEqualTo(expected.type());
      assertThat(cursor.keyed()).isEqualTo(expected.key().isPresent());
      if (cursor.keyed()) {
        assertThat(cursor.key()).isEqualTo(expected.key().getAsLong());
      }
    }
    assertThat(cursor.next()).as("asked again").isFalse();
    return seen;
  }

  private static List<Long> range(long from, long upto) {
    return LongStream.rangeClosed(from, upto).boxed().toList();
  }

  @Test
  void showsEveryRecordOnceFromAnyLsnOn() {
    try (Log log = filled()) {
      assertThat(log.extent().segments().size()).as("segments").isGreaterThan(3);
      for (long from : new long[] {0, 1, 2, 7, 8, 399, 400, 405, RECORDS, RECORDS + 1}) {
        assertThat(lsns(log.cursor(from))).isEqualTo(range(Math.max(1, from), RECORDS));
      }
    }
  }

  @Test
  void goesOnWithWhatIsAppendedLater() {
    try (Log log = Log.open(disk.root(), CONFIG)) {
      LogCursor cursor = log.cursor(1);
      assertThat(cursor.next()).isFalse();
      builder.clear();
      builder.add(record(1));
      log.append(builder, 1, 0);
      assertThat(cursor.next()).as("not durable yet").isFalse();
      assertThat(log.cursor(1, Selection.ALL.withAppended()).next()).isTrue();
      fill(log, builder);
      log.sync();
      assertThat(lsns(cursor)).isEqualTo(range(1, RECORDS));
    }
  }

  @Test
  void showsOnlyWhatIsSelected() {
    try (Log log = filled()) {
      assertSelected(log, all -> all.ofType(USER_TYPE), range(1, RECORDS), lsn -> lsn % 5 == 0);
      assertSelected(
          log, all -> all.ofStream(1), range(1, RECORDS), lsn -> lsn % 3 == 0 && lsn % 2 == 1);
      assertSelected(log, all -> all.upto(100), range(1, 100), _ -> true);
      assertSelected(log, all -> all.between(20_000, 50_000), range(141, 350), _ -> true);
      assertSelected(
          log,
          all -> all.between(20_000, 50_000).ofStream(0).upto(300),
          range(141, 300),
          lsn -> lsn % 6 == 0);
    }
  }

  private static void assertSelected(
      Log log, UnaryOperator<Selection> selection, List<Long> within, LongPredicate selects) {
    assertThat(lsns(log.cursor(1, selection.apply(Selection.ALL))))
        .isNotEmpty()
        .isEqualTo(within.stream().filter(selects::test).toList());
  }

  @Test
  void findsTheFirstRecordOfATime() {
    try (Log log = filled()) {
      for (long batch = 1; batch < RECORDS / 7; batch++) {
        assertThat(log.firstLsnSince(1000 * batch)).isEqualTo(7 * batch + 1);
        assertThat(log.firstLsnSince(1000 * batch - 1)).isEqualTo(7 * batch + 1);
      }
      assertThat(log.firstLsnSince(0)).isEqualTo(1);
      assertThat(log.firstLsnSince(Long.MAX_VALUE)).isEqualTo(RECORDS + 1);
    }
  }

  @Test
  void aTimeIsLookedForAgainWhereTheLogWasTruncated() {
    try (Log log = filled()) {
      LogCursor cursor = log.cursor(1, Selection.ALL.between(5_000_000, Long.MAX_VALUE));
      LogCursor waiting = log.cursor(1, Selection.ALL.between(5_000_000, Long.MAX_VALUE));
      assertThat(waiting.next()).isFalse();
      log.truncateAfter(700);
      builder.clear();
      builder.add(record(701));
      log.append(builder, 9, 6_000_000);
      log.sync();
      assertThat(lsns(cursor)).isEqualTo(range(701, 701));
      assertThat(lsns(waiting)).isEqualTo(range(701, 701));
    }
  }

  @Test
  void resumesWhereItWasAndNowhereElse() {
    try (Log log = filled()) {
      LogCursor cursor = log.cursor(1);
      for (int i = 0; i < 405; i++) {
        cursor.next();
      }
      ResumeToken token = ResumeToken.parse(cursor.token().toString());
      assertThat(lsns(log.cursor(token, Selection.ALL))).isEqualTo(range(406, RECORDS));
      assertThat(lsns(log.cursor(token, Selection.ALL.between(80_000, 90_000))))
          .as("what is selected may begin later")
          .isEqualTo(range(561, 630));
      assertThatThrownBy(
              () -> log.cursor(new ResumeToken(92, 0, 405, token.checksum()), Selection.ALL))
          .isInstanceOf(ResumeRefusedException.class)
          .hasMessageContaining("another log");
      assertThatThrownBy(() -> log.cursor(new ResumeToken(91, 0, 405, 1), Selection.ALL))
          .isInstanceOf(ResumeRefusedException.class);
      log.truncateAfter(399);
      assertThatThrownBy(() -> log.cursor(token, Selection.ALL))
          .isInstanceOf(ResumeRefusedException.class)
          .hasMessageContaining("ends at 399");
      log.trimBelow(399);
      assertThatThrownBy(() -> log.cursor(new ResumeToken(91, 0, 2, 1), Selection.ALL))
          .isInstanceOf(BelowFirstLsnException.class);
    }
    assertThatThrownBy(() -> ResumeToken.parse("1-2-3"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ResumeToken.parse("x-y-z-0"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void damageIsSaidEachTimeAndTheTokenStaysBehindWhatWasShown() {
    try (Log log = filled()) {
      LogCursor cursor = log.cursor(1);
      for (int i = 0; i < 7; i++) {
        cursor.next();
      }
      ReadResult.Found first = (ReadResult.Found) log.read(1);
      long second = SegmentHeader.framesAt() + Mark.BYTES + first.batch().sizeBytes();
      disk.flipBit(SegmentHeader.fileName(1), 8 * (second + 100));
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(cursor::next).isInstanceOf(LogDamagedException.class);
        assertThat(log.cursor(cursor.token(), Selection.ALL).nextLsn()).isEqualTo(8);
      }
    }
  }

  @Test
  void theTokenOfACursorThatEndedAtATimeIsTakenAgain() {
    try (Log log = filled()) {
      LogCursor cursor = log.cursor(1, Selection.ALL.between(0, 5000));
      long last = lsns(cursor).getLast();
      assertThat(lsns(log.cursor(cursor.token(), Selection.ALL)))
          .isEqualTo(range(last + 1, RECORDS));
    }
  }

  /// A segment goes under a reader: what it was shown refuses, and the next answer has a type.
  @Test
  void aTrimUnderACursorIsSaid() {
    try (Log log = Log.open(FileSystemDirectory.at(path), CONFIG)) {
      fill(log, builder);
      log.sync();
      LogCursor cursor = log.cursor(1);
      assertThat(cursor.next()).isTrue();
      ByteBuffer shown = cursor.payload();
      long first = log.trimBelow(RECORDS);
      assertThat(first).isGreaterThan(1);
      assertThatThrownBy(() -> shown.getLong(shown.position()))
          .as("the memory is not there any more")
          .isInstanceOf(IllegalStateException.class);
      BelowFirstLsnException below =
          catchThrowableOfType(
              BelowFirstLsnException.class,
              () -> {
                while (cursor.next()) {
                  assertThat(cursor.lsn()).isLessThan(8);
                }
              });
      assertThat(below.firstLsn()).isEqualTo(first);
    }
  }

  /// A replica was told to cut what its reader had seen, because it asked for uncommitted records.
  @Test
  void recordsThatWereReplacedAreSaid() {
    try (Log log = filled()) {
      LogCursor cursor = log.cursor(1);
      while (cursor.lsn() < 700) {
        cursor.next();
      }
      log.truncateAfter(399);
      for (int i = 0; i < 30; i++) {
        builder.clear();
        for (int j = 0; j < 14; j++) {
          builder.add(RecordData.data(new byte[2]));
        }
        log.append(builder, 9, 1);
      }
      log.sync();
      assertThatThrownBy(
              () -> {
                while (cursor.next()) {
                  assertThat(cursor.lsn()).isLessThanOrEqualTo(700);
                }
              })
          .isInstanceOf(ReplacedException.class);
    }
  }

  @Test
  void damageIsSaidAndNotPassedOver() {
    try (Log log = filled()) {
      String file = log.extent().segments().get(1).header().fileName();
      long base = log.extent().segments().get(1).header().baseLsn();
      disk.flipBit(file, 8L * (SegmentHeader.framesAt() + 500));
      List<Long> seen = new ArrayList<>();
      LogDamagedException damaged =
          catchThrowableOfType(
              LogDamagedException.class,
              () -> {
                LogCursor cursor = log.cursor(1);
                while (cursor.next()) {
                  seen.add(cursor.lsn());
                }
              });
      assertThat(damaged.file()).isEqualTo(file);
      assertThat(seen).isEqualTo(range(1, damaged.expectedLsn() - 1));
      assertThat(damaged.expectedLsn()).isGreaterThanOrEqualTo(base);
    }
  }

  /// Nothing was lost to it: what it read is gone, what it did not is there.
  @Test
  void whoReadUpToWhatWasTrimmedGoesOn() {
    try (Log log = filled()) {
      long first = log.extent().segments().get(1).header().baseLsn();
      LogCursor cursor = log.cursor(1);
      while (cursor.nextLsn() < first) {
        assertThat(cursor.next()).isTrue();
      }
      ResumeToken token = cursor.token();
      log.trimBelow(first);
      assertThat(lsns(log.cursor(token, Selection.ALL))).isEqualTo(range(first, RECORDS));
      ResumeToken earlier = new ResumeToken(token.logId(), 0, first - 2, 1);
      assertThatThrownBy(() -> log.cursor(earlier, Selection.ALL))
          .isInstanceOf(BelowFirstLsnException.class);
    }
  }

  @Test
  void aTokenFromBeforeTheFirstRecordIsTakenAgain() {
    try (Log log = filled()) {
      ResumeToken token = log.cursor(405).token();
      assertThat(lsns(log.cursor(token, Selection.ALL))).isEqualTo(range(405, RECORDS));
    }
  }

  @Test
  void readsCompressedBodiesAndPastThePageCacheAlike() {
    for (Codec codec : Codec.values()) {
      for (Access access : Access.values()) {
        Directory directory = FileSystemDirectory.at(path.resolve(codec + "-" + access));
        LogConfig config = CONFIG.withSizes(1 << 17, 16384).withAccess(access);
        BatchBuilder compressing = new BatchBuilder(16384, codec);
        try (Log log = Log.open(directory, config)) {
          fill(log, compressing);
          log.sync();
          assertThat(lsns(log.cursor(1))).as("%s %s", codec, access).isEqualTo(range(1, RECORDS));
        }
        try (Log log = Log.open(directory, config)) {
          assertThat(log.recovery().kind()).isEqualTo(RecoveryCase.CLEAN);
          assertThat(lsns(log.cursor(1))).as("%s %s", codec, access).isEqualTo(range(1, RECORDS));
        }
      }
    }
  }
}
