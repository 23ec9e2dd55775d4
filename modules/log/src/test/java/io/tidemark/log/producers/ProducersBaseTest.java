package io.tidemark.log.producers;

import static io.tidemark.log.producers.Knowledge.told;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.foundation.Chance;
import io.tidemark.log.BatchBuilder;
import io.tidemark.log.Codec;
import io.tidemark.log.Log;
import io.tidemark.log.LogConfig;
import io.tidemark.log.ReadResult;
import io.tidemark.log.RecordData;
import io.tidemark.log.Stamp;
import io.tidemark.log.Tail;
import io.tidemark.simkit.DiskImage;
import io.tidemark.simkit.SimulatedCrash;
import io.tidemark.simkit.SimulatedDisk;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/// What trimmed records told of their producers stays known: after a truncation, a power cut, and
/// in a log elsewhere that begins behind them.
final class ProducersBaseTest {
  private static final LogConfig LOG = LogConfig.defaults(7, 3).withSizes(16384, 2048);
  private static final ProducerLimits LIMITS = new ProducerLimits(4, 100);

  private final SimulatedDisk disk = new SimulatedDisk();
  private final Producers producers = new Producers(LIMITS);

  private Log open() {
    return Log.open(disk.root(), LOG);
  }

  /// A batch of each of the producers from `first` on, who appear nowhere else.
  private void append(Log log, int first, int count) {
    for (int producer = first; producer < first + count; producer++) {
      BatchBuilder builder = new BatchBuilder(2048, Codec.NONE);
      for (int sequence = 0; sequence < 5; sequence++) {
        builder.add(RecordData.data(new byte[300]).stamped(new Stamp(producer, sequence)));
      }
      log.append(builder, 1 + log.lastEpoch(), producer);
      builder.forEachStamped(producers);
    }
    log.sync();
  }

  private static List<String> restored(Log log) {
    return Knowledge.restored(log, LIMITS);
  }

  private static void trim(Log log, long lsn) {
    Tail start = log.startAfterTrim(lsn);
    assertThat(ProducersFile.saveBase(log, start, LIMITS)).isTrue();
    assertThat(log.trimBelow(lsn)).isEqualTo(start.nextLsn()).isGreaterThan(1);
  }

  /// Also where records were trimmed before.
  @Test
  void whatWasTrimmedIsKnownWithoutTheOtherFile() {
    try (Log log = open()) {
      for (int i = 0; i < 4; i++) {
        append(log, 20 * i, 20);
        trim(log, log.appendedLsn());
        assertThat(restored(log)).isEqualTo(told(producers)).hasSizeGreaterThan(19);
      }
      log.directory().delete(ProducersFile.BASE_FILE);
      assertThat(restored(log)).as("the test can fail").isNotEqualTo(told(producers));
    }
  }

  /// The one file was of a moment when not all of the log was committed.
  @Test
  void aTruncationForgetsNothingThatWasTrimmed() {
    try (Log log = open()) {
      append(log, 0, 20);
      long committed = log.appendedLsn();
      List<String> known = told(producers);
      append(log, 50, 5);
      ProducersFile.save(log, producers);
      trim(log, committed);
      log.truncateAfter(committed);
      assertThat(restored(log)).isEqualTo(known);
    }
  }

  @Test
  void aLogThatBeginsElsewhereKnowsItToo() {
    try (Log log = open();
        Log other = Log.open(new SimulatedDisk().root(), LOG)) {
      append(log, 0, 30);
      trim(log, log.appendedLsn());
      Tail start = log.startAfterTrim(1);
      ByteBuffer base = ProducersFile.base(log, LIMITS).orElseThrow();
      assertThat(ProducersFile.lsnOf(base)).isEqualTo(start.lastLsn());
      assertThat(ProducersFile.isBaseOf(LOG, start, LIMITS, base)).isTrue();
      Tail another = new Tail(start.lastLsn(), start.checksum() + 1, 1, 1);
      assertThat(ProducersFile.isBaseOf(LOG, another, LIMITS, base)).isFalse();
      assertThat(ProducersFile.isBaseOf(LogConfig.defaults(8, 3), start, LIMITS, base)).isFalse();
      assertThat(ProducersFile.isBaseOf(LOG, start, new ProducerLimits(4, 5), base)).isFalse();
      other.beginBehind(start, base);
      List<String> then = restored(other);
      assertThat(then).isNotEmpty().isEqualTo(told(producers).subList(0, then.size()));
      for (long lsn = log.firstLsn(); lsn <= log.appendedLsn(); lsn = other.appendedLsn() + 1) {
        other.append(((ReadResult.Found) log.read(lsn)).batch());
      }
      other.sync();
      assertThat(restored(other)).isEqualTo(told(producers));
    }
  }

  /// At every operation of a second trim.
  @Test
  void aPowerCutForgetsNothing() {
    Log begun = open();
    append(begun, 0, 20);
    trim(begun, begun.appendedLsn());
    append(begun, 20, 20);
    ProducersFile.save(begun, producers);
    append(begun, 40, 1);
    DiskImage before = disk.copy();
    boolean whole = false;
    for (int operation = 1; !whole; operation++) {
      disk.restore(before);
      Log trimmed = open();
      disk.crashAfter(operation);
      try {
        trim(trimmed, trimmed.appendedLsn());
        whole = true;
      } catch (SimulatedCrash e) {
        assertThat(operation).isLessThan(40);
      }
      DiskImage cut = disk.copy();
      for (var plan : disk.crashPlans()) {
        disk.restore(cut);
        disk.crash(plan);
        disk.root().list().stream().filter(ProducersFile.FILE::equals).forEach(disk.root()::delete);
        try (Log log = open()) {
          assertThat(restored(log))
              .as("operation %d, %s", operation, plan)
              .isEqualTo(told(producers));
        }
      }
    }
  }

  @Test
  void withoutRoomItSaysSo() {
    try (Log log = open()) {
      append(log, 0, 20);
      disk.limitCapacity(disk.usedBytes());
      Tail start = log.startAfterTrim(log.appendedLsn());
      assertThat(ProducersFile.saveBase(log, start, LIMITS)).isFalse();
    }
  }

  /// Whoever sends it may send anything, with a checksum that is right.
  @Test
  void hostileBytesAreNoBase() {
    byte[] sound;
    Tail start;
    try (Log log = open()) {
      append(log, 0, 20);
      trim(log, log.appendedLsn());
      start = log.startAfterTrim(1);
      ByteBuffer base = ProducersFile.base(log, LIMITS).orElseThrow();
      sound = new byte[base.remaining()];
      base.get(sound);
    }
    Chance chance = new Chance(1);
    for (int i = 0; i < 50_000; i++) {
      byte[] spoilt = sound.clone();
      ByteBuffer bytes = ByteBuffer.wrap(spoilt).order(ByteOrder.LITTLE_ENDIAN);
      for (int edits = chance.between(1, 3); edits > 0; edits--) {
        int at = 40 + 4 * chance.below(20);
        bytes.putInt(at, chance.percent(50) ? chance.below(64) : (int) chance.bits());
      }
      bytes.limit(chance.percent(50) ? spoilt.length : chance.between(44, spoilt.length));
      CRC32C crc = new CRC32C();
      crc.update(bytes.slice(0, 12));
      crc.update(bytes.slice(16, bytes.limit() - 16));
      bytes.putInt(12, (int) crc.getValue());
      ProducersFile.isBaseOf(LOG, start, LIMITS, bytes);
    }
  }
}
