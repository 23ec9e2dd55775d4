package io.tidemark.log.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.log.journal.JournalConfig.Use;
import io.tidemark.simkit.DiskOperation;
import io.tidemark.simkit.SimulatedDisk;
import io.tidemark.storage.Access;
import io.tidemark.storage.Directory;
import io.tidemark.storage.DurableNames;
import io.tidemark.storage.FileSystemDirectory;
import io.tidemark.storage.StorageException;
import io.tidemark.storage.StorageException.Category;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JournalTest {
  static final JournalConfig CONFIG = new JournalConfig(64 << 10, 4 << 10, 1 << 10, Use.ALWAYS);
  static final int FILE_BYTES = 8192;
  private static final int MOST_SEGMENTS = 5;

  private final SimulatedDisk disk = new SimulatedDisk();

  private Journal open() {
    return Journal.open(disk.root(), CONFIG);
  }

  private void losePowerAndOpen() {
    disk.crashLosingAllUnsynced();
    open();
  }

  /// A file whose first sync, which goes past the journal, is done.
  static StoredFile file(Journal journal, String name) {
    Directory directory = journal.directory("files");
    DurableNames.replaceZeroed(directory, name, Access.BUFFERED, FILE_BYTES);
    StoredFile file = directory.open(name);
    file.sync();
    return file;
  }

  static ByteBuffer bytes(int count, int value) {
    ByteBuffer bytes = ByteBuffer.allocate(count);
    for (int i = 0; i < count; i++) {
      bytes.put(i, (byte) value);
    }
    return bytes;
  }

  private static int at(Directory root, String name, int position) {
    ByteBuffer one = ByteBuffer.allocate(1);
    try (StoredFile file = root.child("files").open(name)) {
      file.read(one, position);
    }
    return one.get(0);
  }

  private static void assertFails(Runnable step) {
    assertFails(step, "");
  }

  private static void assertFails(Runnable step, String why) {
    assertThatThrownBy(step::run)
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.category()).isEqualTo(Category.SYNC_FAILED))
        .hasMessageStartingWith("the journal failed: " + why);
  }

  @Test
  void whatIsSyncedIsInTheJournalOnlyAndComesBackAfterAPowerCut() {
    Journal journal = open();
    StoredFile file = file(journal, "a");
    file.write(bytes(100, 7), 10);
    file.sync();
    disk.crashLosingAllUnsynced();
    assertThat(at(disk.root(), "a", 10)).isZero();
    assertThat(open().replayed()).isEqualTo(1);
    assertThat(at(disk.root(), "a", 10)).isEqualTo(7);
    assertThat(at(disk.root(), "a", 109)).isEqualTo(7);
    assertThat(at(disk.root(), "a", 110)).isZero();
  }

  @Test
  void afterACloseNothingIsToBeDoneAgain() {
    Journal journal = open();
    StoredFile file = file(journal, "a");
    file.write(bytes(100, 7), 10);
    file.sync();
    assertThat(Journal.isUnsettled(disk.root())).isTrue();
    file.close();
    journal.close();
    assertThat(Journal.isUnsettled(disk.root())).isFalse();
    disk.crashLosingAllUnsynced();
    assertThat(at(disk.root(), "a", 10)).isEqualTo(7);
    assertThat(open().replayed()).isZero();
  }

  @Test
  void onlyFilesThatAreSyncedInTurnGoThroughIt() {
    Journal journal = Journal.open(disk.root(), CONFIG.withUse(Use.WHEN_SHARED));
    StoredFile a = file(journal, "a");
    StoredFile b = file(journal, "b");
    for (int i = 0; i < 200; i++) {
      write(a, i);
    }
    assertThat(journal.writes()).isZero();
    for (int i = 0; i < 200; i++) {
      write(i % 2 == 0 ? a : b, i);
    }
    long shared = journal.writes();
    assertThat(shared).isBetween(150L, 200L);
    for (int i = 0; i < 200; i++) {
      write(a, i);
    }
    long alone = journal.writes() - shared;
    assertThat(alone).isLessThan(100);
    losePowerAndOpen();
    assertThat(at(disk.root(), "a", 199)).isEqualTo((byte) 199);
    assertThat(at(disk.root(), "b", 199)).isEqualTo((byte) 199);
  }

  static void write(StoredFile file, int i) {
    file.write(bytes(1, i), i);
    file.sync();
  }

  @Test
  void aSyncThatFailedFailsAllThatFollow() {
    Journal journal = open();
    StoredFile a = file(journal, "a");
    StoredFile b = file(journal, "b");
    write(a, 1);
    b.write(bytes(1, 1), 1);
    disk.faults().failNth(DiskOperation.SYNC, path -> path.contains(Journal.NAME), 1);
    a.write(bytes(1, 2), 2);
    assertFails(a::sync);
    assertFails(a::sync);
    assertFails(b::sync);
    assertFails(() -> journal.directory("files").delete("b"));
    journal.close();
    journal.close();
    assertThat(Journal.isUnsettled(disk.root())).isTrue();
  }

  @Test
  void aFileThatCannotBeSettledFailsTheJournalWhichKeepsItsWrites() {
    Journal journal = open();
    StoredFile a = file(journal, "a");
    StoredFile b = file(journal, "b");
    write(a, 1);
    disk.faults().failNth(DiskOperation.SYNC, path -> path.endsWith("/a"), 1);
    assertThatThrownBy(() -> fill(journal, b)).isInstanceOf(StorageException.class);
    disk.faults().clear();
    losePowerAndOpen();
    assertThat(at(disk.root(), "a", 1)).isEqualTo(1);
  }

  /// Until the journal had to be trimmed.
  private static void fill(Journal journal, StoredFile file) {
    for (int i = 0; i < 4 * CONFIG.segmentBytes() / 1000; i++) {
      file.write(bytes(1000, i), 0);
      file.sync();
    }
    assertThat(journal.writes()).isPositive();
  }

  @Test
  void aChangeOfNamesThatDidNotLastLeavesTheFileAsItWasSynced() {
    Journal journal = open();
    write(file(journal, "a"), 1);
    write(file(journal, "b"), 1);
    journal.directory("files").delete("a");
    journal.directory("files").rename("b", "c");
    disk.crashLosingAllUnsynced();
    assertThat(open().replayed()).isZero();
    assertThat(at(disk.root(), "a", 1)).isEqualTo(1);
    assertThat(at(disk.root(), "b", 1)).isEqualTo(1);
  }

  @Test
  void anOlderCheckpointThatIsNotedLaterDoesNotCount() {
    Journal before = open();
    StoredFile file = file(before, "a");
    write(file, 1);
    file.close();
    before.close();
    Journal journal = open();
    StoredFile again = journal.directory("files").open("a");
    again.write(bytes(1, 9), 1);
    again.sync();
    JournaledFile.Path none = JournaledFile.Path.of("");
    journal.commit(journal.add(Entry.CHECKPOINT, 1, none, ByteBuffer.allocate(0)));
    disk.crashLosingAllUnsynced();
    assertThat(open().replayed()).isZero();
    assertThat(at(disk.root(), "a", 1)).isEqualTo(9);
  }

  @Test
  void itIsTrimmed() {
    Journal journal = open();
    StoredFile file = file(journal, "a");
    for (int i = 0; i < 10; i++) {
      fill(journal, file);
      assertThat(disk.root().child(Journal.NAME).list())
          .filteredOn(name -> name.endsWith(".segment"))
          .hasSizeLessThan(MOST_SEGMENTS);
    }
  }

  @Test
  void onAFullDiskFilesAreSyncedByThemselvesUntilThereIsRoom() {
    Journal journal = open();
    StoredFile file = file(journal, "a");
    write(file, 1);
    disk.limitCapacity(disk.usedBytes());
    fill(journal, file);
    long writes = journal.writes();
    write(file, 2000);
    assertThat(journal.writes()).isEqualTo(writes);
    disk.limitCapacity(Long.MAX_VALUE);
    for (int i = 0; i < 600; i++) {
      write(file, 3000 + i);
    }
    assertThat(journal.writes()).isGreaterThan(writes);
    losePowerAndOpen();
    assertThat(at(disk.root(), "a", 2000)).isEqualTo((byte) 2000);
    assertThat(at(disk.root(), "a", 3599)).isEqualTo((byte) 3599);
  }

  @Test
  void aFileThatIsGoneIsNamed() {
    Journal journal = open();
    write(file(journal, "a"), 1);
    disk.crashLosingAllUnsynced();
    DurableNames.delete(disk.root().child("files"), "a");
    assertThatThrownBy(this::open)
        .isInstanceOfSatisfying(
            JournalDamagedException.class, e -> assertThat(e.file()).isEqualTo("files/a"))
        .hasMessageContaining("files/a, which is not there");
    assertThat(Journal.isUnsettled(disk.root())).isTrue();
  }

  @Test
  void anInterruptSpoilsNothing(@TempDir Path path) {
    Directory root = FileSystemDirectory.at(path);
    try (Journal journal = Journal.open(root, CONFIG)) {
      StoredFile a = file(journal, "a");
      StoredFile b = file(journal, "b");
      a.write(bytes(1, 1), 1);
      Thread.currentThread().interrupt();
      a.sync();
      a.close();
      assertThat(Thread.interrupted()).isTrue();
      write(b, 1);
      assertThat(at(root, "a", 1)).isEqualTo(1);
      b.close();
    }
    assertThat(Journal.isUnsettled(root)).isFalse();
  }

  @Test
  void whatIsWrittenWhenItIsClosedIsNotAcknowledged() {
    Journal journal = open();
    StoredFile file = file(journal, "a");
    write(file, 1);
    journal.close();
    file.write(bytes(1, 2), 2);
    assertFails(file::sync, "it is closed");
    file.close();
    assertThatThrownBy(file::sync).hasMessageStartingWith("closed: ");
  }

  /// What the journal holds of it may be gone from the page cache: it must not be trimmed.
  @Test
  void aFailedSyncOfAFileThatTheJournalHoldsSomethingOfFailsTheJournal() {
    Journal journal = open();
    StoredFile a = file(journal, "a");
    StoredFile b = file(journal, "b");
    write(a, 1);
    a.write(bytes(2000, 1), 1);
    disk.faults().failNth(DiskOperation.SYNC, path -> path.endsWith("/a"), 1);
    assertThatThrownBy(a::sync).isInstanceOf(StorageException.class);
    assertFails(() -> write(b, 1));
  }

  @Test
  void aFailedSyncOfAFileThatTheJournalHoldsNothingOfFailsThatFileOnly() {
    Journal journal = open();
    StoredFile a = file(journal, "a");
    StoredFile b = file(journal, "b");
    a.write(bytes(2000, 1), 1);
    disk.faults().failNth(DiskOperation.SYNC, path -> path.endsWith("/a"), 1);
    assertThatThrownBy(a::sync).isInstanceOf(StorageException.class);
    write(b, 1);
    losePowerAndOpen();
    assertThat(at(disk.root(), "b", 1)).isEqualTo(1);
  }
}
