package io.tidemark.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.simkit.DiskImage;
import io.tidemark.simkit.SimulatedDisk;
import io.tidemark.storage.Directory;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Every single-bit flip in a whole directory, and every length of its last file.
///
/// Whatever is done to the bytes, opening answers damage or refusal and changes nothing, or it
/// serves records as they were written and lacks none but those of the very last write.
final class DirectorySweepTest {
  private static final LogConfig CONFIG = LogConfig.defaults(77, 1).withSizes(8192, 2048);

  private final SimulatedDisk disk = new SimulatedDisk();
  private final Batches batches = new Batches();
  private final DiskImage image;
  private final List<Batch> beforeLastWrite;
  private final Map<RecoveryCase, Integer> seen = new EnumMap<>(RecoveryCase.class);

  DirectorySweepTest() {
    try (Log log = Log.open(disk.root(), CONFIG)) {
      write(log, 2, 900);
      write(log, 1, 1500);
      write(log, 1, 1700);
      write(log, 1, 60);
      beforeLastWrite = batches.all();
      write(log, 2, 70);
    }
    image = disk.copy();
    assertThat(image.paths()).hasSize(2);
  }

  private void write(Log log, int count, int payloadBytes) {
    log.append(batches.next(count, 1, payloadBytes));
    log.sync();
  }

  @Test
  void everySingleBitFlip() {
    for (String path : image.paths()) {
      long bits = 8L * image.bytes(path).length;
      for (long bit = 0; bit < bits; bit++) {
        disk.restore(image);
        disk.flipBit(path, bit);
        judge(path, bit);
      }
    }
    assertThat(seen)
        .containsOnlyKeys(
            RecoveryCase.TORN_TAIL, RecoveryCase.DAMAGED_BATCH, RecoveryCase.DAMAGED_HEADER);
  }

  @Test
  void everyLengthOfTheLastFile() {
    String path = image.paths().getLast();
    byte[] bytes = image.bytes(path);
    for (int length = 0; length < bytes.length; length++) {
      disk.restore(image);
      replace(disk.root(), path, ByteBuffer.wrap(bytes, 0, length));
      judge(path, length);
    }
    assertThat(seen).containsOnlyKeys(RecoveryCase.DAMAGED_HEADER);
  }

  /// A sector that takes the newest mark with it takes the evidence for the batches before it in
  /// the same sector as well: only then may more than the last write be missing.
  @Test
  void everySectorOfZeros() {
    for (String path : image.paths()) {
      byte[] bytes = image.bytes(path);
      for (int at = 0; at < bytes.length; at += SimulatedDisk.SECTOR_BYTES) {
        disk.restore(image);
        try (StoredFile file = disk.root().open(path)) {
          file.write(ByteBuffer.allocate(SimulatedDisk.SECTOR_BYTES), at);
        }
        boolean lastMarkGone =
            path.equals(image.paths().getLast())
                && lastMark(bytes) < at + SimulatedDisk.SECTOR_BYTES;
        judge(path, at, lastMarkGone ? 0 : beforeLastWrite.size());
      }
    }
    assertThat(seen).containsKeys(RecoveryCase.DAMAGED_BATCH, RecoveryCase.DAMAGED_HEADER);
  }

  private static int lastMark(byte[] bytes) {
    ByteBuffer words = BatchFormat.littleEndian(ByteBuffer.wrap(bytes));
    int at = bytes.length - Long.BYTES;
    while (words.getLong(at) != Mark.FIRST_WORD) {
      at -= Long.BYTES;
    }
    return at;
  }

  private static void replace(Directory directory, String path, ByteBuffer content) {
    directory.delete(path);
    try (StoredFile file = directory.create(path)) {
      file.write(content, 0);
    }
  }

  private void judge(String path, long where) {
    judge(path, where, beforeLastWrite.size());
  }

  private void judge(String path, long where, int atLeast) {
    long before = disk.operations();
    RecoveryCase kind;
    try (Log log = Log.open(disk.root(), CONFIG)) {
      kind = log.recovery().kind();
      List<Batch> served = Batches.in(log);
      if (!batches.all().subList(0, served.size()).equals(served)
          || served.size() < atLeast
          || (kind != RecoveryCase.TORN_TAIL && served.size() != batches.all().size())) {
        throw new AssertionError(path + " at " + where + ": " + kind + " serves " + served);
      }
    } catch (LogDamagedException e) {
      kind = e.kind();
      assertThat(disk.operations()).as("%s at %d: nothing changed", path, where).isEqualTo(before);
    }
    seen.merge(kind, 1, Integer::sum);
  }
}
