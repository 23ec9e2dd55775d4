package io.tidemark.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.foundation.NodeId;
import io.tidemark.log.journal.JournalConfig;
import io.tidemark.simkit.SimulatedCrash;
import io.tidemark.simkit.SimulatedDisk;
import io.tidemark.storage.Directory;
import io.tidemark.storage.DurableNames;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The files of replicas that are not needed any more.
final class RemovedReplicaTest {
  private static final JournalConfig ALWAYS =
      JournalConfig.defaults().withUse(JournalConfig.Use.ALWAYS);
  private static final String REMOVED = "removed-000000a7-partition-0003";

  private final SimulatedDisk disk = new SimulatedDisk();

  private DataDirectory take() {
    return DataDirectory.take(disk.root(), new NodeId("a"), "[a, b, c]/8/3", Optional.of(ALWAYS));
  }

  /// With a seven in each that is durable, but in the journal only.
  private static void fill(DataDirectory data, int partition) {
    Directory directory = data.partition(partition);
    for (String name : List.of("ballot", "segment")) {
      DurableNames.createZeroed(directory, name, 4096).close();
      try (StoredFile file = directory.open(name)) {
        file.sync();
        file.write(ByteBuffer.wrap(new byte[] {7}), 0);
        file.sync();
      }
    }
  }

  private byte firstByte(String directory, String name) {
    ByteBuffer found = ByteBuffer.allocate(1);
    try (StoredFile file = disk.root().child(directory).open(name)) {
      file.read(found, 0);
    }
    return found.get(0);
  }

  @Test
  void itsFilesAreDeletedAndItIsRememberedThatItWasHere() {
    DataDirectory data = take();
    fill(data, 3);
    fill(data, 4);
    assertThat(data.hadPredecessor(3)).isFalse();
    data.remove(3, 0xa7);
    disk.crashLosingAllUnsynced();
    data = take();
    assertThat(data.holds(3)).isFalse();
    assertThat(data.hadPredecessor(3)).isTrue();
    assertThat(data.hadPredecessor(4)).isFalse();
    assertThat(disk.root().child(REMOVED).list()).isEmpty();
    assertThat(firstByte("partition-0004", "segment")).isEqualTo((byte) 7);
  }

  @Test
  void whatIsDamagedForGoodStaysBesideTheOneInItsPlace() {
    DataDirectory data = take();
    fill(data, 3);
    assertThat(data.hosts(3)).isTrue();
    data.setAside(3, 0xa7);
    assertThat(data.holds(3)).isFalse();
    fill(data, 3);
    data.setAside(3, 0xa8);
    disk.crashLosingAllUnsynced();
    data = take();
    assertThat(data.holds(3)).isFalse();
    assertThat(data.hosts(3)).as("one is to come").isTrue();
    assertThat(data.hadPredecessor(3)).as("it does not begin the partition").isTrue();
    assertThat(data.hadPredecessor(4)).isFalse();
    assertThat(firstByte("damaged-000000a7-partition-0003", "segment")).isEqualTo((byte) 7);
    assertThat(firstByte("damaged-000000a8-partition-0003", "ballot")).isEqualTo((byte) 7);
    fill(data, 3);
    data.remove(3, 0xa9);
    assertThat(data.hosts(3)).as("it moved away").isFalse();
  }

  @Test
  void onesThatComeHereLaterAreRemovedAsWell() {
    DataDirectory data = take();
    for (int incarnation = 1; incarnation <= 3; incarnation++) {
      fill(data, 3);
      assertThat(data.holds(3)).isTrue();
      data.remove(3, incarnation);
    }
    data.close();
    assertThat(take().holds(3)).isFalse();
    assertThat(disk.root().children())
        .filteredOn(name -> name.startsWith("removed-"))
        .hasSize(3)
        .allMatch(name -> disk.root().child(name).list().isEmpty());
  }

  /// A power cut at each operation: the replica is there with all it had, or not at all, and what
  /// is left of it goes with the next start.
  @Test
  void aPowerCutLeavesAllOfItOrNothing() {
    DataDirectory whole = take();
    fill(whole, 3);
    disk.crashLosingAllUnsynced();
    var image = disk.copy();
    int before = 0;
    int after = 0;
    for (boolean done = false; !done; ) {
      disk.restore(image);
      DataDirectory data = take();
      fill(data, 4);
      try {
        try (StoredFile file = data.partition(3).open("ballot")) {
          file.sync();
          file.write(ByteBuffer.wrap(new byte[] {8}), 0);
          file.sync();
          disk.crashAfter(before + after + 1);
        }
        data.remove(3, 0xa7);
        done = true;
      } catch (SimulatedCrash cut) {
        assertThat(done).isFalse();
      }
      disk.crashLosingAllUnsynced();
      boolean held = take().holds(3);
      assertThat(disk.root().children().contains(REMOVED)).isNotEqualTo(held);
      if (held) {
        before++;
        assertThat(firstByte("partition-0003", "ballot")).isEqualTo((byte) 8);
        assertThat(firstByte("partition-0003", "segment")).isEqualTo((byte) 7);
      } else {
        after++;
        assertThat(disk.root().child(REMOVED).list()).isEmpty();
      }
      assertThat(firstByte("partition-0004", "ballot")).isEqualTo((byte) 7);
    }
    assertThat(before).isPositive();
    assertThat(after).isGreaterThan(2);
  }
}
