package io.tidemark.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.simkit.DiskImage;
import io.tidemark.simkit.SimulatedDisk;
import io.tidemark.storage.Directory;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

/// Every single-bit flip in a whole directory, every sector of zeros, and every length of its last
/// file; of a log that was closed, or idle, and of one whose process was killed after its last
/// sync.
///
/// Whatever is done to the bytes, opening answers damage and changes nothing, or reading answers
/// damage, or all records are served as they were written. Of the killed one the very last write
/// may be missing: nothing on the disk tells its damage from a tear.
final class DirectorySweepTest {
  private static final int SECTOR = SimulatedDisk.SECTOR_BYTES;
  private static final LogConfig CONFIG = LogConfig.defaults(77, 1).withSizes(16384, 2048);

  private final SimulatedDisk disk = new SimulatedDisk();
  private final Batches batches = new Batches();
  private final DiskImage killed;
  private final DiskImage closed;
  private final List<Batch> beforeLastWrite;
  private final Map<RecoveryCase, Integer> seen = new EnumMap<>(RecoveryCase.class);
  private DiskImage image;

  DirectorySweepTest() {
    try (Log log = Log.open(disk.root(), CONFIG)) {
      write(log, 2, 900);
      write(log, 1, 1500);
      write(log, 1, 1700);
      write(log, 1, 60);
      beforeLastWrite = batches.all();
      write(log, 2, 70);
      killed = disk.copy();
    }
    closed = disk.copy();
    assertThat(closed.paths()).hasSize(2);
    image = closed;
  }

  private void write(Log log, int count, int payloadBytes) {
    log.append(batches.next(count, 1, payloadBytes));
    log.sync();
  }

  @Test
  void everySingleBitFlipAfterAClose() {
    everySingleBitFlip(batches.all().size());
    assertThat(seen)
        .containsOnlyKeys(
            RecoveryCase.CLEAN,
            RecoveryCase.TORN_TAIL,
            RecoveryCase.DAMAGED_BATCH,
            RecoveryCase.DAMAGED_HEADER);
  }

  @Test
  void everySingleBitFlipAfterAKill() {
    image = killed;
    everySingleBitFlip(beforeLastWrite.size());
  }

  private void everySingleBitFlip(int atLeast) {
    for (String path : image.paths()) {
      long bits = 8L * image.bytes(path).length;
      for (long bit = 0; bit < bits; bit++) {
        disk.restore(image);
        disk.flipBit(path, bit);
        judge(path, bit, atLeast);
      }
    }
  }

  @Test
  void everyLengthOfTheLastFile() {
    String path = image.paths().getLast();
    byte[] bytes = image.bytes(path);
    for (int length = 0; length < bytes.length; length++) {
      disk.restore(image);
      replace(disk.root(), path, ByteBuffer.wrap(bytes, 0, length));
      judge(path, length, batches.all().size());
    }
    assertThat(seen).containsOnlyKeys(RecoveryCase.DAMAGED_HEADER);
  }

  @Test
  void everySectorOfZerosAfterAClose() {
    everySectorOfZeros(_ -> batches.all().size());
    assertThat(seen).containsKeys(RecoveryCase.DAMAGED_BATCH, RecoveryCase.DAMAGED_HEADER);
  }

  /// A sector that takes the newest mark with it takes the evidence for the batches before it in
  /// the same sector as well: only then may more than the last write be missing.
  @Test
  void everySectorOfZerosAfterAKill() {
    image = killed;
    int lastMark = lastMark(image.bytes(image.paths().getLast()));
    everySectorOfZeros(
        end -> lastMark < end && end <= lastMark + SECTOR ? 0 : beforeLastWrite.size());
  }

  private void everySectorOfZeros(IntUnaryOperator atLeast) {
    for (String path : image.paths()) {
      for (int at = 0; at < image.bytes(path).length; at += SECTOR) {
        disk.restore(image);
        try (StoredFile file = disk.root().open(path)) {
          file.write(ByteBuffer.allocate(SECTOR), at);
        }
        judge(path, at, atLeast.applyAsInt(at + SECTOR));
      }
    }
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

  private void judge(String path, long where, int atLeast) {
    long before = disk.operations();
    Log log;
    try {
      log = Log.open(disk.root(), CONFIG);
    } catch (LogDamagedException e) {
      seen.merge(e.kind(), 1, Integer::sum);
      assertThat(disk.operations()).as("%s at %d: nothing changed", path, where).isEqualTo(before);
      return;
    }
    List<Batch> served = new ArrayList<>();
    RecoveryCase kind = log.recovery().kind();
    try {
      while (log.read(lastLsn(served) + 1) instanceof ReadResult.Found(Batch batch)) {
        served.add(batch);
      }
    } catch (LogDamagedException e) {
      kind = e.kind();
    }
    boolean all = kind == RecoveryCase.DAMAGED_BATCH || served.size() >= atLeast;
    if (!all || !batches.all().subList(0, served.size()).equals(served)) {
      throw new AssertionError(path + " at " + where + ": " + kind + " serves " + served);
    }
    seen.merge(kind, 1, Integer::sum);
    log.close();
  }

  private static long lastLsn(List<Batch> batches) {
    return batches.isEmpty() ? 0 : batches.getLast().lastLsn();
  }
}
