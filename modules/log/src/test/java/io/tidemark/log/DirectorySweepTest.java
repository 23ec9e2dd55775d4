package io.tidemark.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.simkit.DiskImage;
import io.tidemark.simkit.SimulatedDisk;
import io.tidemark.storage.Directory;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Every single-bit flip in a whole directory, every sector of zeros, and every length of each
/// file; of a log that was closed, or idle, and of one whose process was killed after its last
/// sync.
///
/// Whatever is done to the bytes, opening answers damage and changes nothing, or reading answers
/// damage, or all records are served as they were written. Of the killed one the very last write
/// may be missing: nothing on the disk tells its damage from a tear.
final class DirectorySweepTest {
  private static final int SECTOR = SimulatedDisk.SECTOR_BYTES;
  private static final LogConfig CONFIG = LogConfig.defaults(77, 1).withSizes(16384, 2048);

  private static final int PARTS = 64;

  /// An opening that does no more than these writes nothing.
  private static final int SYNCS_OF_OPENING = 2;

  private final Batches batches = new Batches();
  private final DiskImage killed;
  private final DiskImage closed;
  private final List<Batch> beforeLastWrite;
  private final Map<RecoveryCase, Integer> seen = new ConcurrentSkipListMap<>();

  DirectorySweepTest() {
    SimulatedDisk disk = new SimulatedDisk();
    try (Log log = Log.open(disk.root(), CONFIG)) {
      log.retention().hold("reader", 2);
      write(log, 5, 1500);
      write(log, 1, 900);
      log.roll();
      write(log, 1, 60);
      beforeLastWrite = batches.all();
      write(log, 2, 70);
      killed = disk.copy();
    }
    closed = disk.copy();
    assertThat(closed.paths()).hasSize(5).contains(Floor.FILE);
    assertThat(bytes(closed)).isGreaterThan(1 << 16);
  }

  private static int bytes(DiskImage image) {
    return image.paths().stream().mapToInt(path -> image.bytes(path).length).sum();
  }

  private long cases() {
    return seen.values().stream().mapToLong(Integer::longValue).sum();
  }

  private void write(Log log, int count, int payloadBytes) {
    log.append(batches.next(count, 1, payloadBytes));
    log.sync();
  }

  @Test
  void everySingleBitFlipAfterAClose() {
    everySingleBitFlip(closed, batches.all().size());
    assertThat(cases()).isEqualTo(8L * bytes(closed)).isGreaterThan(8 << 16);
    assertThat(seen)
        .containsOnlyKeys(
            RecoveryCase.CLEAN,
            RecoveryCase.TORN_TAIL,
            RecoveryCase.DAMAGED_BATCH,
            RecoveryCase.DAMAGED_HEADER,
            RecoveryCase.DAMAGED_INTENT);
  }

  @Test
  void everySingleBitFlipAfterAKill() {
    everySingleBitFlip(killed, beforeLastWrite.size());
  }

  private void everySingleBitFlip(DiskImage image, int atLeast) {
    for (String path : image.paths()) {
      if (image == killed && Arrays.equals(killed.bytes(path), closed.bytes(path))) {
        continue;
      }
      inParts(
          8 * image.bytes(path).length,
          (from, to) -> {
            SimulatedDisk disk = new SimulatedDisk();
            disk.restore(image);
            for (int bit = from; bit < to; bit++) {
              long before = disk.operations();
              disk.flipBit(path, bit);
              judge(disk, path, bit, atLeast);
              if (disk.operations() - before <= SYNCS_OF_OPENING) {
                disk.flipBit(path, bit);
              } else {
                disk.restore(image);
              }
            }
          });
    }
  }

  private interface Part {
    void run(int from, int to);
  }

  private static void inParts(int count, Part part) {
    IntStream.range(0, PARTS)
        .parallel()
        .forEach(
            i ->
                part.run((int) ((long) count * i / PARTS), (int) ((long) count * (i + 1) / PARTS)));
  }

  @Test
  void everyLengthOfEachFile() {
    for (String path : closed.paths()) {
      byte[] bytes = closed.bytes(path);
      inParts(
          bytes.length,
          (from, to) -> {
            SimulatedDisk disk = new SimulatedDisk();
            for (int length = from; length < to; length++) {
              disk.restore(closed);
              replace(disk.root(), path, ByteBuffer.wrap(bytes, 0, length));
              judge(disk, path, length, batches.all().size());
            }
          });
    }
    assertThat(cases()).isEqualTo(bytes(closed)).isGreaterThan(1 << 16);
    assertThat(seen).containsOnlyKeys(RecoveryCase.DAMAGED_HEADER, RecoveryCase.DAMAGED_INTENT);
  }

  @Test
  void everySectorOfZerosAfterAClose() {
    everySectorOfZeros(closed, (_, _) -> batches.all().size());
    assertThat(seen).containsKeys(RecoveryCase.DAMAGED_BATCH, RecoveryCase.DAMAGED_HEADER);
  }

  /// A sector that takes the newest mark with it takes the evidence for the batches before it in
  /// the same sector as well: only then may more than the last write be missing.
  @Test
  void everySectorOfZerosAfterAKill() {
    String last = killed.paths().get(killed.paths().size() - 2);
    int lastMark = lastMark(killed.bytes(last));
    everySectorOfZeros(
        killed,
        (path, end) ->
            path.equals(last) && lastMark < end && end <= lastMark + SECTOR
                ? 0
                : beforeLastWrite.size());
  }

  private interface AtLeast {
    int batches(String path, int sectorEnd);
  }

  private void everySectorOfZeros(DiskImage image, AtLeast atLeast) {
    SimulatedDisk disk = new SimulatedDisk();
    for (String path : image.paths()) {
      for (int at = 0; at < image.bytes(path).length; at += SECTOR) {
        disk.restore(image);
        try (StoredFile file = disk.root().open(path)) {
          file.write(ByteBuffer.allocate(SECTOR), at);
        }
        judge(disk, path, at, atLeast.batches(path, at + SECTOR));
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

  private void judge(SimulatedDisk disk, String path, long where, int atLeast) {
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
