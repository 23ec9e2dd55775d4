package io.tidemark.simkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.foundation.Chance;
import io.tidemark.storage.Directory;
import io.tidemark.storage.MappedFile;
import io.tidemark.storage.StorageException;
import io.tidemark.storage.StorageException.Category;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// What a crash takes from a [SimulatedDisk], and what it never takes.
class SimulatedDiskTest {
  private final SimulatedDisk disk = new SimulatedDisk();

  private static ByteBuffer bytes(int value, int count) {
    byte[] content = new byte[count];
    Arrays.fill(content, (byte) value);
    return ByteBuffer.wrap(content);
  }

  private StoredFile durableFile(String name, int value, int lengthBytes) {
    StoredFile file = disk.root().create(name);
    file.write(bytes(value, lengthBytes), 0);
    file.sync();
    disk.root().sync();
    return file;
  }

  private static Category categoryOf(Runnable step) {
    try {
      step.run();
    } catch (StorageException e) {
      return e.category();
    }
    throw new AssertionError("nothing was thrown");
  }

  @Test
  void hardestCrashKeepsExactlyWhatWasSynced() {
    StoredFile file = durableFile("a", 1, 1000);
    file.write(bytes(2, 600), 700);
    disk.root().create("b");
    disk.crashLosingAllUnsynced();

    assertThat(disk.root().list()).containsExactly("a");
    assertThat(disk.copy().bytes("a")).isEqualTo(bytes(1, 1000).array());
  }

  @Test
  void handlesOfBeforeTheCrashAreDead() {
    Directory root = disk.root();
    StoredFile file = durableFile("a", 1, 10);
    Directory.Lock lock = root.lock();
    disk.crashLosingAllUnsynced();

    assertThat(categoryOf(root::list)).isEqualTo(Category.REFUSED);
    assertThat(categoryOf(root::sync)).isEqualTo(Category.REFUSED);
    assertThat(categoryOf(file::sync)).isEqualTo(Category.REFUSED);
    assertThat(categoryOf(() -> file.read(bytes(0, 1), 0))).isEqualTo(Category.REFUSED);
    file.close();

    try (Directory.Lock again = disk.root().lock()) {
      assertThat(again).isNotSameAs(lock);
      lock.close();
      assertThat(categoryOf(() -> disk.root().lock())).isEqualTo(Category.IN_USE);
    }
  }

  @Test
  void crashNeverTouchesSyncedBytesAndShowsEveryFateOfTheOthers() {
    StoredFile file = durableFile("a", 1, 4096);
    file.write(bytes(2, 2000), 1000);
    DiskImage image = disk.copy();
    TreeSet<String> fates = new TreeSet<>();
    for (int seed = 0; seed < 500; seed++) {
      disk.restore(image);
      disk.crash(new Chance(seed));
      byte[] content = disk.copy().bytes("a");
      assertThat(content).hasSize(4096);
      assertThat(Arrays.copyOf(content, 1000)).isEqualTo(bytes(1, 1000).array());
      assertThat(Arrays.copyOfRange(content, 3000, 4096)).isEqualTo(bytes(1, 1096).array());
      fates.add(fatesOfSectors(content, 1000, 3000));
    }
    assertThat(fates).contains("LLLLL", "SSSSS").hasSizeGreaterThan(100);
    assertThat(fates).anyMatch(f -> f.matches("[LS]*LS[LS]*")).anyMatch(f -> f.contains("G"));
  }

  /// One letter for each sector's part of a range: survived, lost, garbage.
  private static String fatesOfSectors(byte[] content, int start, int end) {
    StringBuilder fates = new StringBuilder();
    int at = start;
    while (at < end) {
      int next = Math.min(end, (at / SimulatedDisk.SECTOR_BYTES + 1) * SimulatedDisk.SECTOR_BYTES);
      byte[] part = Arrays.copyOfRange(content, at, next);
      boolean lost = Arrays.equals(part, bytes(1, part.length).array());
      boolean survived = Arrays.equals(part, bytes(2, part.length).array());
      fates.append(lost ? 'L' : survived ? 'S' : 'G');
      at = next;
    }
    return fates.toString();
  }

  @Test
  void grownFileHasItsOldOrNewLengthOrOneBetween() {
    StoredFile file = durableFile("a", 1, 700);
    file.write(bytes(2, 2000), 700);
    DiskImage image = disk.copy();
    TreeSet<Integer> lengths = new TreeSet<>();
    for (int seed = 0; seed < 500; seed++) {
      disk.restore(image);
      disk.crash(new Chance(seed));
      byte[] content = disk.copy().bytes("a");
      assertThat(Arrays.copyOf(content, 700)).isEqualTo(bytes(1, 700).array());
      assertThat(content).isEqualTo(disk.copy().durableBytes("a"));
      lengths.add(content.length);
    }
    assertThat(lengths).containsExactly(700, 1024, 1536, 2048, 2560, 2700);
  }

  @Test
  void sameSeedLeavesTheSameDisk() {
    StoredFile file = durableFile("a", 1, 5000);
    file.write(bytes(2, 5000), 300);
    disk.root().child("c").create("deep").write(bytes(3, 3000), 0);
    disk.root().rename("a", "b");
    disk.root().sync();
    disk.root().delete("b");
    DiskImage image = disk.copy();
    for (int seed = 0; seed < 50; seed++) {
      disk.restore(image);
      disk.crash(new Chance(seed));
      DiskImage first = disk.copy();
      disk.restore(image);
      disk.crash(new Chance(seed));
      assertThat(disk.copy().paths()).isEqualTo(first.paths());
      for (String path : first.paths()) {
        assertThat(disk.copy().bytes(path)).isEqualTo(first.bytes(path));
      }
    }
  }

  @Test
  void failedDirectorySyncKeepsFailingUntilTheCrash() {
    Directory root = disk.root();
    root.create("a");
    disk.faults().failNth(DiskOperation.SYNC_DIRECTORY, _ -> true, 1);
    assertThat(categoryOf(root::sync)).isEqualTo(Category.SYNC_FAILED);
    assertThat(categoryOf(() -> disk.root().sync())).isEqualTo(Category.SYNC_FAILED);
    assertThat(disk.copy().durablePaths()).isEmpty();
    disk.crashLosingAllUnsynced();
    disk.root().sync();
  }

  @Test
  void chanceStrikesAsOftenAsItIsTold() {
    StoredFile file = durableFile("a", 1, 10);
    disk.faults().failByChance(DiskOperation.READ, "a"::equals, new Chance(5), 100);
    int failed = 0;
    for (int i = 0; i < 2000; i++) {
      try {
        file.read(ByteBuffer.allocate(10), 0);
      } catch (StorageException e) {
        assertThat(e.category()).isEqualTo(Category.READ_FAILED);
        failed++;
      }
    }
    assertThat(failed).isBetween(150, 250);
    assertThat(disk.faults().struck()).isEqualTo(failed);
  }

  @Test
  void prefixOfNameChangesSurvives() {
    durableFile("a", 1, 10);
    Directory root = disk.root();
    root.create("b");
    root.rename("a", "c");
    root.delete("b");
    DiskImage image = disk.copy();
    TreeSet<String> seen = new TreeSet<>();
    for (int seed = 0; seed < 200; seed++) {
      disk.restore(image);
      disk.crash(new Chance(seed));
      seen.add(String.join("+", disk.root().list()));
    }
    assertThat(seen).containsExactly("a", "a+b", "b+c", "c");
  }

  @Test
  void failedSyncLosesForGoodWhatIsStillRead() {
    StoredFile file = durableFile("a", 1, 1024);
    file.write(bytes(2, 512), 0);
    file.write(bytes(2, 512), 1024);
    disk.faults().failNth(DiskOperation.SYNC, "a"::equals, 1);

    assertThat(categoryOf(file::sync)).isEqualTo(Category.SYNC_FAILED);
    assertThat(categoryOf(file::sync)).isEqualTo(Category.SYNC_FAILED);
    assertThat(disk.copy().bytes("a")[0]).isEqualTo((byte) 2);

    try (StoredFile again = disk.root().open("a")) {
      again.write(bytes(3, 512), 1024);
      again.sync();
    }
    assertThat(disk.copy().bytes("a")[1024]).isEqualTo((byte) 3);
    disk.crash(new Chance(1));
    byte[] content = disk.copy().bytes("a");
    assertThat(Arrays.copyOf(content, 1024)).isEqualTo(bytes(1, 1024).array());
    assertThat(Arrays.copyOfRange(content, 1024, 1536)).isEqualTo(new byte[512]);
  }

  @Test
  void rewriteAfterFailedSyncIsKeptWhereTheBlocksWereThere() {
    StoredFile file = durableFile("a", 0, 1024);
    file.write(bytes(2, 512), 0);
    disk.faults().failNth(DiskOperation.SYNC, "a"::equals, 1);
    assertThat(categoryOf(file::sync)).isEqualTo(Category.SYNC_FAILED);
    try (StoredFile again = disk.root().open("a")) {
      again.write(bytes(2, 512), 0);
      again.sync();
    }
    disk.crashLosingAllUnsynced();
    assertThat(disk.copy().bytes("a")[0]).isEqualTo((byte) 2);
  }

  @Test
  void failedWritePutsAPart() {
    StoredFile file = durableFile("a", 1, 100);
    disk.faults().failNth(DiskOperation.WRITE, "a"::equals, 2);
    file.write(bytes(2, 10), 0);
    assertThat(categoryOf(() -> file.write(bytes(3, 10), 0))).isEqualTo(Category.WRITE_FAILED);
    assertThat(Arrays.copyOf(disk.copy().bytes("a"), 10))
        .containsExactly(3, 3, 3, 3, 3, 2, 2, 2, 2, 2);
    assertThat(disk.faults().struck()).isEqualTo(1);
  }

  @Test
  void fullDiskRefusesGrowthOnly() {
    StoredFile file = durableFile("a", 1, 100);
    disk.limitCapacity(110);
    file.write(bytes(2, 100), 0);
    assertThat(categoryOf(() -> file.write(bytes(3, 100), 50))).isEqualTo(Category.FULL);
    assertThat(disk.usedBytes()).isEqualTo(110);
    assertThat(categoryOf(() -> disk.root().create("b"))).isEqualTo(Category.FULL);
    disk.root().delete("a");
    disk.root().create("b");
  }

  @Test
  void flippedBitStays() {
    durableFile("a", 0, 100);
    disk.flipBit("a", 8 * 50 + 3);
    assertThat(disk.copy().bytes("a")[50]).isEqualTo((byte) 8);
    disk.crashLosingAllUnsynced();
    assertThat(disk.copy().bytes("a")[50]).isEqualTo((byte) 8);
  }

  @Test
  void powerGoesAtTheChosenOperationAndStaysOff() {
    disk.crashAfter(2);
    Directory root = disk.root();
    StoredFile file = root.create("a");
    assertThatThrownBy(() -> file.write(bytes(1, 1), 0)).isInstanceOf(SimulatedCrash.class);
    assertThatThrownBy(root::sync).isInstanceOf(SimulatedCrash.class);
    disk.crashLosingAllUnsynced();
    assertThat(disk.root().list()).isEmpty();
  }

  @Test
  void killedProgramLeavesItsWritesToTheNextOne() {
    StoredFile file = durableFile("a", 1, 10);
    file.write(bytes(2, 10), 0);
    disk.root().lock();
    disk.killProcess();
    disk.root().lock();
    assertThat(disk.copy().bytes("a")[0]).isEqualTo((byte) 2);
    disk.crashLosingAllUnsynced();
    assertThat(disk.copy().bytes("a")[0]).isEqualTo((byte) 1);
  }

  @Test
  void theDurableViewShowsWhatSyncsSaved() {
    SimulatedDisk disk = new SimulatedDisk();
    Directory root = disk.root();
    Directory child = root.child("c");
    ByteBuffer bytes = ByteBuffer.wrap(new byte[] {7, 8, 9});
    StoredFile file = child.create("f");
    file.write(bytes.duplicate(), 4);
    root.sync();
    child.sync();
    assertThat(disk.durable().names("c")).containsExactly("f");
    assertThat(disk.durable().find("c", "f", bytes, 0)).isEmpty();
    file.sync();
    assertThat(disk.durable().find("c", "f", bytes, 0)).hasValue(4);
    assertThat(disk.durable().find("c", "f", bytes, 5)).isEmpty();
    assertThat(disk.durable().find("c", "g", bytes, 0)).isEmpty();
    assertThat(disk.durable().names("d")).isEmpty();
  }

  @Test
  void openFilesAndMappingsAreCounted() {
    SimulatedDisk disk = new SimulatedDisk();
    StoredFile file = disk.root().create("f");
    file.write(ByteBuffer.allocate(8), 0);
    MappedFile mapped = file.map(8).orElseThrow();
    assertThat(disk.openThings()).isEqualTo(2);
    mapped.close();
    mapped.close();
    assertThat(disk.openThings()).isOne();
    disk.killProcess();
    file.close();
    assertThat(disk.openThings()).isZero();
  }

  @Test
  void eachFaultThatStrikesIsTold() {
    SimulatedDisk disk = new SimulatedDisk();
    List<DiskOperation> told = new ArrayList<>();
    disk.faults().onStrike(told::add);
    disk.faults().failNth(DiskOperation.SYNC, _ -> true, 1);
    StoredFile file = disk.root().create("f");
    assertThatThrownBy(file::sync).isInstanceOf(StorageException.class);
    assertThat(told).containsExactly(DiskOperation.SYNC);
  }
}
