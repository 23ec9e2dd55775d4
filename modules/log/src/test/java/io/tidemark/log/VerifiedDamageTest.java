package io.tidemark.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.log.LogConfig.OpenCheck;
import io.tidemark.log.verify.InMemory;
import io.tidemark.log.verify.Report;
import io.tidemark.log.verify.SegmentReport;
import io.tidemark.simkit.DiskImage;
import io.tidemark.simkit.SimulatedDisk;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Spoilt bytes, seen by both decoders: what the log refuses to open the second one calls damage;
/// what that one calls sound, a torn tail perhaps cut, opens, and ends where it said.
final class VerifiedDamageTest {
  private static final LogConfig CONFIG =
      LogConfig.defaults(77, 1).withSizes(16384, 2048).withOpenCheck(OpenCheck.ALL);
  private static final int BITS_BETWEEN = 29;

  private final SimulatedDisk disk = new SimulatedDisk();
  private final Batches batches = new Batches();
  private int refused;
  private int damaged;
  private int torn;

  private void write(Log log, int count, int payloadBytes) {
    log.append(batches.next(count, 2, payloadBytes));
    log.sync();
  }

  private DiskImage image(boolean closed) {
    Log log = Log.open(disk.root(), CONFIG);
    write(log, 3, 900);
    write(log, 1, 300);
    write(log, 1, 900);
    log.roll();
    write(log, 2, 60);
    log.append(batches.next(1, 3, 100));
    if (closed) {
      log.close();
    }
    return disk.copy();
  }

  @Test
  void bitsOfAClosedLog() {
    bits(image(true));
    assertThat(torn).as("bits of the zeros behind the end, and of the last note").isPositive();
  }

  @Test
  void bitsOfAKilledLog() {
    bits(image(false));
  }

  private void bits(DiskImage image) {
    for (String path : image.paths()) {
      long bits = 8L * image.bytes(path).length;
      for (long bit = 0; bit < bits; bit += BITS_BETWEEN) {
        disk.restore(image);
        disk.flipBit(path, bit);
        compare(path + ", bit " + bit);
      }
    }
    assertThat(refused).isPositive();
    assertThat(damaged).isGreaterThanOrEqualTo(refused);
  }

  @Test
  void sectorsOfZerosAndOfOtherBytes() {
    DiskImage image = image(false);
    for (String path : image.paths()) {
      int length = image.bytes(path).length;
      for (int at = 0; at < length; at += SimulatedDisk.SECTOR_BYTES) {
        for (byte filling : List.of((byte) 0, (byte) 0x55)) {
          byte[] sector = new byte[SimulatedDisk.SECTOR_BYTES];
          Arrays.fill(sector, filling);
          disk.restore(image);
          try (StoredFile file = disk.root().open(path)) {
            file.write(ByteBuffer.wrap(sector), at);
          }
          compare(path + ", sector at " + at + " of " + filling);
        }
      }
    }
    assertThat(refused).isPositive();
  }

  /// Whole, but of a codec that there is not: opening refuses it, so it is no torn write.
  @Test
  void aBatchOfALaterReleaseAtTheEnd() {
    image(false);
    String path = disk.root().list().getLast();
    long end = InMemory.verified(disk.root()).segments().getLast().writtenBytes();
    ByteBuffer later = BatchFormat.littleEndian(ByteBuffer.allocate(500));
    later.put(batches.next(1, 20).bytes()).flip();
    later.putShort(BatchFormat.CODEC, (short) 9);
    int headerEnd = BatchFormat.HEADER_BYTES;
    later.putInt(
        BatchFormat.HEADER_CHECKSUM,
        Crc32c.around(later, 0, BatchFormat.HEADER_CHECKSUM, headerEnd));
    disk.killProcess();
    try (StoredFile file = disk.root().open(path)) {
      file.write(later, end);
    }
    compare(path + " with codec 9");
    assertThat(refused).isEqualTo(1);
    assertThat(InMemory.verified(disk.root()).damage())
        .singleElement()
        .matches(found -> found.isRefusal() && found.position() == end + BatchFormat.CODEC);
  }

  private void compare(String where) {
    Report report = InMemory.verified(disk.root());
    damaged += report.isSound() ? 0 : 1;
    try (Log log = Log.open(disk.root(), CONFIG)) {
      long last = report.segments().stream().mapToLong(SegmentReport::lastLsn).max().orElse(0);
      if (report.isSound() && last != log.appendedLsn()) {
        throw new AssertionError(
            where + ": sound up to " + last + ", opened up to " + log.appendedLsn());
      }
      torn += report.isSound() && report.tornTail().isPresent() ? 1 : 0;
    } catch (LogDamagedException | LogRefusedException e) {
      refused++;
      if (report.isSound()) {
        throw new AssertionError(where + ": verified as sound, refused: " + e.getMessage(), e);
      }
    }
  }
}
