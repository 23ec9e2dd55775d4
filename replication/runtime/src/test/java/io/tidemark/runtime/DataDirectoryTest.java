package io.tidemark.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tidemark.foundation.NodeId;
import io.tidemark.log.journal.Journal;
import io.tidemark.log.journal.JournalConfig;
import io.tidemark.simkit.SimulatedCrash;
import io.tidemark.simkit.SimulatedDisk;
import io.tidemark.storage.DurableNames;
import io.tidemark.storage.StorageException;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

final class DataDirectoryTest {
  private static final NodeId A = new NodeId("a");
  private static final String CLUSTER = "[a, b, c]/8/3";

  private final SimulatedDisk disk = new SimulatedDisk();

  private DataDirectory take() {
    return DataDirectory.take(disk.root(), A, CLUSTER, Optional.empty());
  }

  private void write(String name, String content) {
    try (StoredFile file =
        disk.root().list().contains(name) ? disk.root().open(name) : disk.root().create(name)) {
      file.write(ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)), 0);
    }
  }

  @Test
  void theNodeFileIsTextThatSaysWhoseItIs() {
    take().close();
    String body = "tidemark-format=1\nnode=a\ncluster=[a, b, c]/8/3\n";
    CRC32C crc = new CRC32C();
    crc.update(body.getBytes(StandardCharsets.UTF_8));
    assertThat(new String(disk.copy().durableBytes("node"), StandardCharsets.UTF_8))
        .isEqualTo(body + "crc32c=%08x\n".formatted(crc.getValue()));
  }

  @Test
  void itIsTakenOnceAtATimeAndAgainLater() {
    try (DataDirectory first = take()) {
      StorageException refused = catchThrowableOfType(StorageException.class, this::take);
      assertThat(refused.category()).isEqualTo(StorageException.Category.IN_USE);
      first.partition(12);
      assertThat(disk.root().children()).containsExactly("partition-0012");
    }
    disk.crashLosingAllUnsynced();
    take().close();
    assertThat(disk.root().children()).containsExactly("partition-0012");
  }

  @Test
  void anotherNodeOrClusterIsRefusedAndBothAreNamed() {
    take().close();
    assertThatThrownBy(
            () -> DataDirectory.take(disk.root(), new NodeId("b"), CLUSTER, Optional.empty()))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContainingAll("node=a", "node=b");
    assertThatThrownBy(() -> DataDirectory.take(disk.root(), A, "[a, b]/8/2", Optional.empty()))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContainingAll("[a, b, c]/8/3", "[a, b]/8/2");
    take().close();
  }

  @Test
  void anotherFormatIsRefusedAndBothAreNamed() {
    String body = "tidemark-format=2\nnode=a\ncluster=[a, b, c]/8/3\n";
    CRC32C crc = new CRC32C();
    crc.update(body.getBytes(StandardCharsets.UTF_8));
    write("node", body + "crc32c=%08x\n".formatted(crc.getValue()));
    assertThatThrownBy(this::take)
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContainingAll("tidemark-format=1", "tidemark-format=2");
  }

  @Test
  void aDamagedNodeFileIsRefused() {
    take().close();
    var image = disk.copy();
    int length = image.bytes("node").length;
    for (int at = 0; at < length; at++) {
      disk.restore(image);
      disk.flipBit("node", 8L * at + at % 7);
      assertThatThrownBy(this::take).as("byte %d", at).isInstanceOf(NodeFileDamagedException.class);
    }
    SimulatedDisk empty = new SimulatedDisk();
    empty.root().create("node").close();
    assertThatThrownBy(() -> DataDirectory.take(empty.root(), A, CLUSTER, Optional.empty()))
        .isInstanceOf(NodeFileDamagedException.class);
  }

  @Test
  void aStrangersDirectoryIsRefusedAndNotTouched() {
    disk.root().child("photos");
    assertThatThrownBy(this::take).isInstanceOf(DataRefusedException.class);
    SimulatedDisk files = new SimulatedDisk();
    files.root().create("letter.new").close();
    files.root().create("letter").close();
    assertThatThrownBy(() -> DataDirectory.take(files.root(), A, CLUSTER, Optional.empty()))
        .isInstanceOf(DataRefusedException.class);
    assertThat(files.root().list()).containsExactly("letter", "letter.new");
  }

  @Test
  void anInterruptedFirstStartIsGoneOnWith() {
    write("node.new", "tidemark-for");
    take().close();
    assertThat(disk.root().list()).containsExactly("node");
  }

  @Test
  void whatWasRefusedIsNotHeld() {
    disk.root().child("photos");
    assertThatThrownBy(this::take).isInstanceOf(DataRefusedException.class);
    assertThatThrownBy(this::take).isInstanceOf(DataRefusedException.class);
  }

  @Test
  void partitionsAreSetAsideWithAllTheyHave() {
    DataDirectory data = take();
    assertThat(data.isBlank()).isTrue();
    DurableNames.createZeroed(data.partition(3), "file", 4096).close();
    data.partition(12);
    assertThat(data.isBlank()).isFalse();
    assertThat(data.setAside(18))
        .containsExactly("rolled-back-18-partition-0003", "rolled-back-18-partition-0012");
    disk.crashLosingAllUnsynced();
    data = take();
    assertThat(data.isBlank()).isTrue();
    assertThat(data.holds(3)).isFalse();
    assertThat(disk.root().child("rolled-back-18-partition-0003").list()).containsExactly("file");
    data.partition(3);
    assertThat(data.setAside(19)).containsExactly("rolled-back-19-partition-0003");
    assertThat(disk.root().children()).hasSize(3);
    data.partition(3);
    assertThat(data.setAside(19)).containsExactly("rolled-back-19-partition-0003-2");
  }

  /// A power cut at each operation, and again: what is left is set aside by the next start.
  @Test
  void whatAPowerCutLeftIsSetAsideNext() {
    DataDirectory whole = take();
    for (int partition = 0; partition < 3; partition++) {
      DurableNames.createZeroed(whole.partition(partition), "file", 4096).close();
    }
    var image = disk.copy();
    int cuts = 0;
    for (boolean done = false; !done; cuts++) {
      disk.restore(image);
      DataDirectory data = take();
      disk.crashAfter(cuts + 1);
      try {
        data.setAside(18);
        done = true;
      } catch (SimulatedCrash cut) {
        assertThat(done).isFalse();
      }
      disk.crashLosingAllUnsynced();
      take().setAside(19);
      assertThat(take2().isBlank()).isTrue();
      assertThat(disk.root().children())
          .hasSize(3)
          .allMatch(name -> name.startsWith("rolled-back-1"))
          .allMatch(name -> disk.root().child(name).list().equals(List.of("file")));
    }
    assertThat(cuts).isEqualTo(5);
  }

  private DataDirectory take2() {
    disk.killProcess();
    return take();
  }

  /// A file of the same name comes again; what a journal held of the one before is not its.
  @Test
  void whatAJournalHeldIsNotWrittenToWhatComesThen() {
    JournalConfig config = JournalConfig.defaults().withUse(JournalConfig.Use.ALWAYS);
    crashWithASevenInTheJournal(config);
    DataDirectory data = DataDirectory.take(disk.root(), A, CLUSTER, Optional.of(config));
    data.setAside(18);
    DurableNames.createZeroed(data.partition(0), "file", 4096).close();
    disk.crashLosingAllUnsynced();
    DataDirectory.take(disk.root(), A, CLUSTER, Optional.of(config)).close();
    assertThat(firstByte("partition-0000")).isZero();
    assertThat(firstByte("rolled-back-18-partition-0000")).isEqualTo((byte) 7);
  }

  /// The first byte of the file of partition 0 is durable, but only in the journal.
  private void crashWithASevenInTheJournal(JournalConfig config) {
    DataDirectory data = DataDirectory.take(disk.root(), A, CLUSTER, Optional.of(config));
    DurableNames.createZeroed(data.partition(0), "file", 4096).close();
    StoredFile file = data.partition(0).open("file");
    file.sync();
    file.write(ByteBuffer.wrap(new byte[] {7}), 0);
    file.sync();
    disk.crashLosingAllUnsynced();
  }

  private byte firstByte(String directory) {
    ByteBuffer found = ByteBuffer.allocate(1);
    disk.root().child(directory).open("file").read(found, 0);
    return found.get(0);
  }

  @Test
  void aJournalThatIsNotWantedAnyMoreIsBroughtToItsEnd() {
    JournalConfig config = JournalConfig.defaults().withUse(JournalConfig.Use.ALWAYS);
    crashWithASevenInTheJournal(config);
    take().close();
    assertThat(Journal.isUnsettled(disk.root())).isFalse();
    ByteBuffer found = ByteBuffer.allocate(1);
    disk.root().child("partition-0000").open("file").read(found, 0);
    assertThat(found.get(0)).isEqualTo((byte) 7);
  }
}
