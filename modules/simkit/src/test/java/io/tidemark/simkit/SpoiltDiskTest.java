package io.tidemark.simkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.foundation.Chance;
import io.tidemark.simkit.DiskLies.Claim;
import io.tidemark.simkit.DiskLies.Kind;
import io.tidemark.storage.MappedFile;
import io.tidemark.storage.StorageException;
import io.tidemark.storage.StorageException.Category;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A disk that spoils what was synced, or never stored it.
class SpoiltDiskTest {
  private static final String NAME = "a";
  private static final int LENGTH = 4096;
  private static final int SECTOR = SimulatedDisk.SECTOR_BYTES;

  private final SimulatedDisk disk = new SimulatedDisk();
  private StoredFile file = durableFile(NAME);

  private StoredFile durableFile(String name) {
    StoredFile made = disk.root().create(name);
    write(made, 1, 0, LENGTH);
    made.sync();
    disk.root().sync();
    return made;
  }

  private static void write(StoredFile file, int value, int from, int count) {
    byte[] content = new byte[count];
    Arrays.fill(content, (byte) value);
    file.write(ByteBuffer.wrap(content), from);
  }

  private static byte[] content(int from, int to, int value) {
    byte[] content = new byte[LENGTH];
    Arrays.fill(content, (byte) 1);
    Arrays.fill(content, from, to, (byte) value);
    return content;
  }

  private void plan(Kind kind, int nth) {
    disk.lies().tellNth(kind, NAME::equals, nth, new Chance(7));
  }

  private byte[] seen() {
    return disk.copy().bytes(NAME);
  }

  private void powerCut() {
    disk.crashLosingAllUnsynced();
    file = disk.root().open(NAME);
  }

  private boolean isOwed(byte[] content) {
    return disk.file(NAME).findOwed(ByteBuffer.wrap(content), 0).isPresent();
  }

  private Category categoryOfRead(long position, int count) {
    try {
      file.read(ByteBuffer.allocate(count), position);
    } catch (StorageException e) {
      return e.category();
    }
    throw new AssertionError("it was read");
  }

  // --- bits that turn

  @Test
  void aBitThatTurnedIsReadAndSurvivesAPowerCut() {
    disk.flipBit(NAME, 8L * 700 + 1);
    assertThat(seen()).isEqualTo(content(700, 701, 3));
    powerCut();
    assertThat(seen()).isEqualTo(content(700, 701, 3));
  }

  @Test
  void whatIsOwedIsWithoutIt() {
    disk.flipBit(NAME, 8L * 700 + 1);
    assertThat(isOwed(content(0, 0, 1))).isTrue();
    assertThat(isOwed(content(700, 701, 3))).isFalse();
  }

  @Test
  void whatIsStoredOverItIsSound() {
    disk.flipBit(NAME, 8L * 700 + 1);
    write(file, 5, 700, 1);
    file.sync();
    assertThat(isOwed(content(700, 701, 5))).isTrue();
    powerCut();
    assertThat(seen()).isEqualTo(content(700, 701, 5));
  }

  // --- sectors that cannot be read

  @Test
  void aSpoiltSectorFailsReadsThatTouchItAndNoOthers() {
    disk.spoilSector(NAME, 2);
    assertThat(categoryOfRead(2L * SECTOR - 1, 2)).isEqualTo(Category.READ_FAILED);
    assertThat(categoryOfRead(3L * SECTOR - 1, 1)).isEqualTo(Category.READ_FAILED);
    assertThat(file.read(ByteBuffer.allocate(2 * SECTOR), 0)).isEqualTo(2 * SECTOR);
    assertThat(file.read(ByteBuffer.allocate(SECTOR), 3L * SECTOR)).isEqualTo(SECTOR);
  }

  @Test
  void itStaysOverAPowerCutAndCannotBeMapped() {
    disk.spoilSector(NAME, 2);
    powerCut();
    assertThat(categoryOfRead(2L * SECTOR, 1)).isEqualTo(Category.READ_FAILED);
    assertThatThrownBy(() -> file.map(LENGTH)).isInstanceOf(StorageException.class);
  }

  @Test
  void whatWasMappedBeforeIsInMemory() {
    try (MappedFile mapped = file.map(LENGTH).orElseThrow()) {
      disk.spoilSector(NAME, 2);
      assertThat(mapped.bytes().get(2 * SECTOR)).isEqualTo((byte) 1);
    }
  }

  @Test
  void aSectorThatIsStoredAnewCanBeRead() {
    disk.spoilSector(NAME, 2);
    disk.spoilSector(NAME, 4);
    write(file, 5, 2 * SECTOR, SECTOR);
    file.sync();
    assertThat(file.read(ByteBuffer.allocate(SECTOR), 2L * SECTOR)).isEqualTo(SECTOR);
    assertThat(categoryOfRead(4L * SECTOR, 1)).isEqualTo(Category.READ_FAILED);
  }

  // --- lies

  @Test
  void aLostWriteIsReadUntilThePowerGoes() {
    plan(Kind.LOST_WRITE, 2);
    write(file, 2, 0, 10);
    write(file, 3, 100, 10);
    write(file, 4, 200, 10);
    file.sync();
    assertThat(seen()[100]).isEqualTo((byte) 3);
    assertThat(disk.lies().claims()).containsExactly(new Claim(NAME, 100, 110));
    disk.killProcess();
    assertThat(seen()[100]).isEqualTo((byte) 3);

    powerCut();
    assertThat(seen()[0]).isEqualTo((byte) 2);
    assertThat(seen()[100]).isEqualTo((byte) 1);
    assertThat(seen()[200]).isEqualTo((byte) 4);
    assertThat(disk.lies().claims()).isEmpty();
  }

  @Test
  void aLyingSyncLosesAllItWasToStoreAndNothingElse() {
    plan(Kind.LYING_SYNC, 2);
    write(file, 2, 0, 10);
    file.sync();
    write(file, 3, 100, 10);
    write(file, 4, 200, 10);
    file.sync();
    write(file, 5, 300, 10);
    file.sync();
    powerCut();
    assertThat(seen()[0]).isEqualTo((byte) 2);
    assertThat(seen()[100]).isEqualTo((byte) 1);
    assertThat(seen()[200]).isEqualTo((byte) 1);
    assertThat(seen()[300]).isEqualTo((byte) 5);
  }

  @Test
  void aMisdirectedWriteComesToLightInTwoPlaces() {
    plan(Kind.MISDIRECTED_WRITE, 1);
    write(file, 2, 0, 10);
    file.sync();
    assertThat(seen()).isEqualTo(content(0, 10, 2));
    List<Claim> claims = new ArrayList<>(disk.lies().claims());
    assertThat(claims.removeFirst()).isEqualTo(new Claim(NAME, 0, 10));
    int there = (int) claims.getFirst().from();
    assertThat(there % SECTOR).isZero();
    powerCut();
    assertThat(seen()).isEqualTo(content(there, there + 10, 2));
  }

  @Test
  void whatIsStoredHonestlyInThatPlaceIsSound() {
    plan(Kind.LOST_WRITE, 1);
    write(file, 2, 100, 10);
    file.sync();
    write(file, 3, 105, 10);
    file.sync();
    assertThat(disk.lies().claims()).containsExactly(new Claim(NAME, 100, 105));
    powerCut();
    assertThat(seen()).isEqualTo(content(105, 115, 3));
  }

  @Test
  void ofTwoLiesTheOlderTruthComesBack() {
    plan(Kind.LYING_SYNC, 1);
    plan(Kind.LYING_SYNC, 2);
    write(file, 2, 100, 10);
    file.sync();
    write(file, 3, 100, 10);
    file.sync();
    powerCut();
    assertThat(seen()).isEqualTo(content(0, 0, 1));
  }

  @Test
  void aClaimMayBeHonoured() {
    plan(Kind.LYING_SYNC, 1);
    write(file, 2, 100, 10);
    write(file, 3, 200, 10);
    file.sync();
    disk.lies().honour(disk.lies().claims().getFirst());
    powerCut();
    assertThat(seen()).isEqualTo(content(100, 110, 2));
  }

  @Test
  void whatIsOwedIsWhatWasSaid() {
    plan(Kind.LYING_SYNC, 1);
    write(file, 2, 100, 10);
    file.sync();
    assertThat(isOwed(content(100, 110, 2))).isTrue();
    powerCut();
    assertThat(isOwed(content(0, 0, 1))).isTrue();
  }

  @Test
  void aLostWriteSurvivesNoPowerCutBeforeItsSyncEither() {
    plan(Kind.LOST_WRITE, 1);
    write(file, 2, 0, LENGTH);
    DiskImage image = disk.copy();
    for (int seed = 0; seed < 50; seed++) {
      disk.restore(image);
      disk.crash(new Chance(seed));
      assertThat(seen()).isEqualTo(content(0, 0, 1));
    }
  }

  @Test
  void aCopyOfTheDiskHasItsFlaws() {
    plan(Kind.LYING_SYNC, 1);
    write(file, 2, 100, 10);
    file.sync();
    disk.spoilSector(NAME, 4);
    disk.restore(disk.copy());
    powerCut();
    assertThat(seen()).isEqualTo(content(0, 0, 1));
    assertThat(categoryOfRead(4L * SECTOR, 1)).isEqualTo(Category.READ_FAILED);
  }

  @Test
  void eachLieIsHeardOfAndAPlanMayBeForgotten() {
    List<Kind> heard = new ArrayList<>();
    disk.lies().onLie(heard::add);
    plan(Kind.LYING_SYNC, 1);
    plan(Kind.LOST_WRITE, 2);
    file.sync();
    write(file, 2, 0, 10);
    disk.lies().clear();
    write(file, 2, 0, 10);
    file.sync();
    assertThat(heard).containsExactly(Kind.LYING_SYNC);
    assertThat(disk.lies().claims()).isEmpty();
  }

  @Test
  void theSameSeedMisdirectsToTheSamePlace() {
    DiskImage image = disk.copy();
    List<List<Claim>> claims = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      disk.restore(image);
      file = disk.root().open(NAME);
      plan(Kind.MISDIRECTED_WRITE, 1);
      write(file, 2, 0, 10);
      file.sync();
      claims.add(disk.lies().claims());
    }
    assertThat(claims.get(0)).isEqualTo(claims.get(1));
  }
}
