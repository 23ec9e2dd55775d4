package io.tidemark.log.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.log.Batch;
import io.tidemark.log.LogConfig;
import io.tidemark.log.LogDamagedException;
import io.tidemark.log.RecordData;
import io.tidemark.log.repair.DamagedLog.Place;
import io.tidemark.storage.Access;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Every part of a log is spoilt, and becomes what it was, or stays as it is and is named.
final class RepairTest {
  private static final int BATCHES = 80;
  private static final int BITS_BETWEEN = 8 * 89 + 1;

  private final DamagedLog log = DamagedLog.closed(DamagedLog.CONFIG, BATCHES);
  private final List<String> files = log.segments();

  private Batch batch(int i) {
    return log.batches.get(i);
  }

  private void isMended(int gaps) {
    try (Repair repair = log.repair()) {
      assertThat(repair.gaps()).hasSize(gaps);
      assertThat(DamagedLog.ask(repair, log.whole(2))).isTrue();
    }
    log.isWhole();
  }

  private void isMendedByItself() {
    try (Repair repair = log.repair()) {
      assertThat(repair.gaps()).isEmpty();
      repair.begin();
      assertThat(repair.isDone()).isTrue();
    }
    log.isWhole();
  }

  @Test
  void bitsAllOverEveryFile() {
    bits(log);
  }

  @Test
  void bitsAllOverALogInBlocks() {
    bits(DamagedLog.closed(DamagedLog.CONFIG.withAccess(Access.DIRECT), BATCHES / 2));
  }

  /// What nobody knows to have been there is the header of the very last batch.
  private static void bits(DamagedLog log) {
    int mended = 0;
    Place last = log.placeOf(log.batches.getLast());
    for (String file : log.segments()) {
      long bits = 8L * log.sound.bytes(file).length;
      for (long bit = 3; bit < bits; bit += BITS_BETWEEN) {
        log.restore();
        log.disk.flipBit(file, bit);
        boolean unknown =
            file.equals(last.file())
                && bit / 8 >= last.position()
                && bit / 8 < last.position() + Batch.HEADER_BYTES;
        try {
          mended += log.isMendedIfDamaged() ? 1 : 0;
        } catch (LogDamagedException e) {
          assertThat(unknown).as("%s bit %d: %s", file, bit, e).isTrue();
        }
      }
    }
    assertThat(mended).isGreaterThan(100);
  }

  @Test
  void oneInTheMiddleOfASegment() {
    Batch lost = log.in(files.get(1)).get(4);
    Place place = log.placeOf(lost);
    log.flipBody(lost);
    try (Repair repair = log.repair()) {
      Gap gap = repair.gaps().getFirst();
      assertThat(gap.file()).isEqualTo(files.get(1));
      assertThat(gap.position()).isLessThanOrEqualTo(place.position());
      assertThat(gap.fromLsn()).isEqualTo(lost.baseLsn());
      assertThat(gap.uptoLsn()).isEqualTo(lost.lastLsn());
      assertThat(gap.afterChecksum()).isEqualTo(lost.previousChecksum());
    }
    isMended(1);
    assertThat(log.disk.root().list()).contains(files.get(1) + ".damaged");
    Repair.tidy(log.disk.root());
    assertThat(log.disk.root().list()).doesNotContain(files.get(1) + ".damaged");
  }

  @Test
  void theFirstAndTheLastOfASegment() {
    List<Batch> segment = log.in(files.get(1));
    log.flipHeader(segment.getFirst());
    log.flipHeader(segment.getLast());
    isMended(2);
  }

  @Test
  void severalInARow() {
    log.in(files.get(2)).subList(2, 6).forEach(log::flipHeader);
    isMended(1);
  }

  @Test
  void sectorsOfZeros() {
    log.zero(batch(7));
    log.zero(batch(40));
    log.mend(log.whole(2));
    log.isWhole();
  }

  /// What a misdirected write leaves behind: the copy follows the same batch as the rest of the
  /// log, and is not its end.
  @Test
  void aCopyOfALaterBatchOverOthers() {
    DamagedLog killed = DamagedLog.killed(DamagedLog.CONFIG, 8);
    copyOverTheSecond(killed, killed.batches.subList(6, 7));
    killed.mend(killed.whole(2));
    killed.isWhole();
  }

  /// There the copy begins before what is left of the rest.
  @Test
  void aCopyOfWhatIsDamagedItself() {
    DamagedLog killed = DamagedLog.killed(DamagedLog.CONFIG, 8);
    copyOverTheSecond(killed, killed.batches.subList(5, 7));
    killed.flipHeader(killed.batches.get(5));
    killed.mend(killed.whole(2));
    killed.isWhole();
  }

  private static void copyOverTheSecond(DamagedLog log, List<Batch> batches) {
    Place over = log.placeOf(log.batches.get(1));
    long position = over.position();
    try (StoredFile stored = log.disk.root().open(over.file())) {
      for (Batch batch : batches) {
        stored.write(batch.bytes(), position);
        position += batch.sizeBytes();
      }
      stored.sync();
    }
  }

  @Test
  void theLastOfTheLog() {
    log.flipBody(log.batches.getLast());
    isMended(1);
  }

  @Test
  void aNumberIsNoProof() {
    log.flipHeader(log.batches.getLast());
    assertThatThrownBy(log::repair)
        .isInstanceOfSatisfying(
            LogDamagedException.class,
            e -> {
              assertThat(e.file()).isEqualTo(files.getLast());
              assertThat(e.expectedLsn()).isEqualTo(log.batches.getLast().baseLsn());
            })
        .hasMessageContaining("nothing here says which record");
  }

  @Test
  void aHeaderNeedsNobody() {
    for (String file : files) {
      log.restore();
      log.flip(new Place(file, 60));
      isMendedByItself();
    }
  }

  @Test
  void aMarkNeedsNobody() {
    log.flip(log.placeOf(log.in(files.get(1)).getFirst()).plus(-10));
    isMendedByItself();
  }

  @Test
  void aFooterIsNoDamage() {
    log.flip(new Place(files.getFirst(), log.sound.bytes(files.getFirst()).length - 4096 + 20));
    assertThat(log.isDamaged()).isFalse();
    log.isWhole();
  }

  @Test
  void aHeaderAndABatchBehindIt() {
    log.flip(new Place(files.get(2), 60));
    log.flipHeader(log.in(files.get(2)).getFirst());
    isMended(1);
  }

  @Test
  void aSegmentThatIsGone() {
    for (String file : files.subList(0, files.size() - 1)) {
      log.restore();
      log.delete(file);
      isMended(1);
      assertThat(log.segments()).isEqualTo(files);
    }
  }

  @Test
  void manySegmentsThatAreGone() {
    files.subList(1, files.size() - 1).forEach(log::delete);
    isMended(1);
    assertThat(log.segments().size()).isGreaterThan(3);
  }

  @Test
  void aShortFile() {
    byte[] bytes = log.sound.bytes(files.get(1));
    log.delete(files.get(1));
    try (StoredFile file = log.disk.root().create(files.get(1))) {
      file.write(ByteBuffer.wrap(bytes, 0, bytes.length / 2), 0);
      file.sync();
    }
    log.disk.root().sync();
    isMended(1);
  }

  @Test
  void allAtOnce() {
    Random random = new Random(5);
    for (int round = 0; round < 60; round++) {
      log.restore();
      for (int i = 0; i < 4; i++) {
        Batch lost = batch(random.nextInt(BATCHES - 1));
        if (random.nextBoolean()) {
          log.flipHeader(lost);
        } else {
          log.zero(lost);
        }
      }
      if (random.nextInt(3) == 0) {
        log.flip(new Place(files.get(random.nextInt(files.size())), 70));
      }
      if (random.nextInt(3) == 0) {
        log.delete(files.get(random.nextInt(files.size() - 1)));
      }
      try {
        log.mend(log.whole(3));
      } catch (LogDamagedException e) {
        assertThat(e).as("round %d", round).hasMessageContaining("nothing here says");
        continue;
      }
      log.isWhole();
    }
  }

  @Test
  void whatIsNotWhatWasHereIsRefused() {
    Batch lost = batch(30);
    Batch after = batch(31);
    log.flipBody(lost);
    List<RecordData> records = List.of(RecordData.data(new byte[10]));
    Batch otherChain = other(lost, lost.epoch(), lost.previousChecksum() + 1, records);
    Batch otherEpoch = other(lost, lost.epoch() + 1, lost.previousChecksum(), copies(lost));
    Batch otherRecords = other(lost, lost.epoch(), lost.previousChecksum(), copies(lost));
    try (Repair repair = log.repair()) {
      repair.begin();
      for (Batch foreign : List.of(otherChain, otherEpoch, otherRecords, batch(29), after)) {
        assertThat(repair.offer(List.of(foreign))).as("%s", foreign).isNotEmpty();
        assertThat(repair.wanted()).contains(new Repair.Wanted(lost.baseLsn(), lost.lastLsn()));
      }
      assertThat(repair.isDone()).isFalse();
      assertThat(log.disk.root().list()).doesNotContain(files.getFirst() + ".damaged");
      assertThat(repair.offer(List.of(lost, after))).isEmpty();
      assertThat(repair.isDone()).isTrue();
    }
    log.isWhole();
  }

  /// A branch that begins like this log and goes another way is found out where it should meet what
  /// is here, and what was taken of it is forgotten.
  @Test
  void aBranchIsRefusedWhereItEnds() {
    List<Batch> segment = log.in(files.get(2));
    List<Batch> lost = segment.subList(2, 5);
    lost.forEach(log::flipHeader);
    List<Batch> branch = new ArrayList<>(lost.subList(0, 1));
    for (Batch like : segment.subList(3, segment.size())) {
      branch.add(other(like, like.epoch(), branch.getLast().checksum(), copies(like)));
    }
    try (Repair repair = log.repair()) {
      repair.begin();
      assertThat(repair.offer(branch.subList(0, 2))).isEmpty();
      assertThat(repair.wanted().orElseThrow().fromLsn()).isGreaterThan(lost.getFirst().baseLsn());
      assertThat(repair.offer(branch.subList(2, branch.size()))).contains("leads to nothing");
      assertThat(repair.wanted().orElseThrow().fromLsn()).isEqualTo(lost.getFirst().baseLsn());
      assertThat(repair.offer(lost.subList(0, 2))).isEmpty();
      assertThat(repair.isDone()).isFalse();
      assertThat(repair.offer(lost.subList(2, 3))).isEmpty();
      assertThat(repair.isDone()).isTrue();
    }
    log.isWhole();
  }

  private static Batch other(Batch like, long epoch, int previous, List<RecordData> records) {
    return Batch.encode(like.baseLsn(), epoch, like.timeMicros() + 1, previous, records);
  }

  private static List<RecordData> copies(Batch batch) {
    List<RecordData> records = new ArrayList<>();
    batch.forEach(record -> records.add(RecordData.data(new byte[20])));
    return records;
  }

  @Test
  void tooFewChangeNothing() {
    log.flipHeader(batch(20));
    log.flipHeader(batch(21));
    try (Repair repair = log.repair()) {
      repair.begin();
      assertThat(repair.offer(List.of(batch(20)))).isEmpty();
      assertThat(repair.isDone()).isFalse();
    }
    assertThat(log.isDamaged()).isTrue();
    isMended(1);
  }

  /// Three replicas, each damaged elsewhere, and nobody else.
  @Test
  void theyRepairEachOther() {
    List<DamagedLog> replicas = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      DamagedLog one = DamagedLog.closed(DamagedLog.CONFIG, BATCHES);
      one.flipHeader(batch(15 + i));
      one.zero(batch(50 + 4 * i));
      one.delete(files.get(i));
      replicas.add(one);
    }
    List<Repair> repairs = replicas.stream().map(DamagedLog::repair).toList();
    for (Repair repair : repairs) {
      DamagedLog.ask(
          repair,
          (from, upto) ->
              repairs.stream()
                  .filter(other -> other != repair)
                  .map(other -> other.read(from, upto, 3000))
                  .filter(found -> !found.isEmpty())
                  .findFirst()
                  .orElse(List.of()));
    }
    assertThat(repairs).allMatch(Repair::isDone);
    replicas.forEach(DamagedLog::isWhole);
  }

  @Test
  void whatIsLeftIsReadInOrder() {
    int at = log.batches.indexOf(log.in(files.get(2)).get(3));
    Batch lost = batch(at);
    log.flipBody(lost);
    try (Repair repair = log.repair()) {
      List<Batch> read = new ArrayList<>();
      List<Batch> next = repair.read(1, Long.MAX_VALUE, 4000);
      while (!next.isEmpty()) {
        assertThat(next.stream().mapToInt(Batch::sizeBytes).sum()).isLessThanOrEqualTo(4000);
        read.addAll(next);
        next = repair.read(read.getLast().lastLsn() + 1, Long.MAX_VALUE, 4000);
      }
      assertThat(read).isEqualTo(log.batches.subList(0, at));
      assertThat(repair.read(lost.baseLsn(), lost.lastLsn(), 4000)).isEmpty();
      assertThat(repair.read(batch(at + 1).baseLsn(), batch(at + 2).lastLsn(), 9000))
          .isEqualTo(log.batches.subList(at + 1, at + 3));
    }
  }

  /// What a killed process had not noted may be cut as a tear, and nothing else.
  @Test
  void aKilledLog() {
    LogConfig config = DamagedLog.CONFIG;
    DamagedLog killed = DamagedLog.killed(config, 30);
    killed.disk.killProcess();
    killed.flipHeader(killed.batches.get(12));
    killed.flipHeader(killed.batches.get(27));
    killed.mend(killed.whole(1));
    killed.isWhole();
  }
}
