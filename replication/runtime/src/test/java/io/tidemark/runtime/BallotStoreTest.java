package io.tidemark.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.foundation.Chance;
import io.tidemark.foundation.NodeId;
import io.tidemark.foundation.ReplicaId;
import io.tidemark.protocol.Ballot;
import io.tidemark.simkit.SimulatedCrash;
import io.tidemark.simkit.SimulatedDisk;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class BallotStoreTest {
  private static final String FILE = "ballot";
  private static final int SLOT_BYTES = 4096;
  private static final int SECTOR_BYTES = 512;

  private final SimulatedDisk disk = new SimulatedDisk();

  private static Ballot ballot(long epoch) {
    return new Ballot(
        epoch, epoch % 3 == 0 ? Optional.empty() : Optional.of(ReplicaId.parse("node-" + epoch)));
  }

  private Ballot reopened() {
    disk.crashLosingAllUnsynced();
    try (BallotStore store = BallotStore.open(disk.root())) {
      return store.ballot();
    }
  }

  private void save(int from, int to) {
    try (BallotStore store = BallotStore.open(disk.root())) {
      for (int epoch = from; epoch <= to; epoch++) {
        store.save(ballot(epoch));
        assertThat(store.ballot()).isEqualTo(ballot(epoch));
      }
    }
  }

  @Test
  void nothingIsPromisedAtFirst() {
    try (BallotStore store = BallotStore.open(disk.root())) {
      assertThat(store.ballot()).isEqualTo(Ballot.NONE);
    }
    assertThat(reopened()).isEqualTo(Ballot.NONE);
  }

  @Test
  void whatWasSavedIsThereAfterAnyCrash() {
    for (int epoch = 1; epoch <= 9; epoch++) {
      save(epoch, epoch);
      assertThat(reopened()).isEqualTo(ballot(epoch));
    }
    save(10, 15);
    assertThat(reopened()).isEqualTo(ballot(15));
  }

  @Test
  void theLongestNameOfANodeFits() {
    Ballot longest =
        new Ballot(Long.MAX_VALUE, Optional.of(new ReplicaId(new NodeId("n".repeat(64)), -1)));
    try (BallotStore store = BallotStore.open(disk.root())) {
      store.save(longest);
    }
    assertThat(reopened()).isEqualTo(longest);
  }

  @Test
  void generationsAlternateBetweenTheSlots() {
    byte[] before = new byte[2 * SLOT_BYTES];
    save(0, -1);
    for (int epoch = 1; epoch <= 4; epoch++) {
      save(epoch, epoch);
      byte[] after = disk.copy().durableBytes(FILE);
      int written = epoch % 2 * SLOT_BYTES;
      for (int at = 0; at < after.length; at++) {
        if (at < written || at >= written + SECTOR_BYTES) {
          assertThat(after[at]).as("byte %d, generation %d", at, epoch).isEqualTo(before[at]);
        }
      }
      assertThat(after[written + 8]).as("generation").isEqualTo((byte) epoch);
      before = after;
    }
  }

  /// The sector survives or not; one that shows garbage is refused, never taken for an older vote.
  @Test
  void aCrashWhileSavingGivesTheOldOrTheNew() {
    int kept = 0;
    int lost = 0;
    for (int seed = 0; seed < 200; seed++) {
      for (int step = 1; step <= 2; step++) {
        SimulatedDisk fresh = new SimulatedDisk();
        BallotStore store = BallotStore.open(fresh.root());
        store.save(ballot(1));
        store.save(ballot(2));
        fresh.crashAfter(step);
        assertThatThrownBy(() -> store.save(ballot(4))).isInstanceOf(SimulatedCrash.class);
        fresh.crash(new Chance(seed));
        try (BallotStore after = BallotStore.open(fresh.root())) {
          assertThat(after.ballot()).isIn(ballot(2), ballot(4));
          kept += after.ballot().equals(ballot(4)) ? 1 : 0;
          lost += after.ballot().equals(ballot(2)) ? 1 : 0;
        } catch (BallotDamagedException e) {
          assertThat(step).as("only a sector under way can be torn").isEqualTo(2);
        }
      }
    }
    assertThat(kept).isPositive();
    assertThat(lost).isPositive();
  }

  @Test
  void aCrashAtAnyStepOfTheFirstOpeningLeavesNothingPromised() {
    for (int step = 1; ; step++) {
      SimulatedDisk fresh = new SimulatedDisk();
      fresh.crashAfter(step);
      try {
        BallotStore.open(fresh.root()).close();
        assertThat(step).isGreaterThan(4);
        return;
      } catch (SimulatedCrash e) {
        fresh.crash(new Chance(step));
        try (BallotStore store = BallotStore.open(fresh.root())) {
          assertThat(store.ballot()).isEqualTo(Ballot.NONE);
        }
      }
    }
  }

  @Test
  void aFlippedBitInEitherSlotIsRefusedAndItsPlaceNamed() {
    save(1, 5);
    var image = disk.copy();
    for (int slot = 0; slot < 2; slot++) {
      for (int at = 0; at < SECTOR_BYTES; at += 7) {
        disk.restore(image);
        disk.flipBit(FILE, 8L * (slot * SLOT_BYTES + at) + at % 8);
        assertThatThrownBy(() -> BallotStore.open(disk.root()))
            .isInstanceOf(BallotDamagedException.class)
            .hasMessageContaining("slot " + slot + " at position " + slot * SLOT_BYTES);
      }
    }
  }

  /// A slot of zeros looks as if it had never been used; the other slot's generation says it was.
  @Test
  void aSlotThatCameBackAsZerosIsDamage() {
    for (int last = 2; last <= 5; last++) {
      for (int slot = 0; slot < 2; slot++) {
        SimulatedDisk fresh = new SimulatedDisk();
        try (BallotStore store = BallotStore.open(fresh.root())) {
          for (int epoch = 1; epoch <= last; epoch++) {
            store.save(ballot(epoch));
          }
        }
        if (last == 2 && slot == 0) {
          continue; // Generation 1 alone: the one loss that leaves a lawful pair.
        }
        try (StoredFile file = fresh.root().open(FILE)) {
          file.write(ByteBuffer.allocate(SECTOR_BYTES), (long) slot * SLOT_BYTES);
        }
        assertThatThrownBy(() -> BallotStore.open(fresh.root()))
            .isInstanceOf(BallotDamagedException.class)
            .hasMessageContaining("slot " + slot);
      }
    }
  }

  @Test
  void aLogWithoutItsBallotsIsDamage() {
    save(1, 3);
    disk.root().create("0001.segment").close();
    disk.root().delete(FILE);
    assertThatThrownBy(() -> BallotStore.open(disk.root()))
        .isInstanceOf(BallotDamagedException.class)
        .hasMessageContaining("0001.segment");
  }

  @Test
  void aFileCutShortIsDamage() {
    disk.root().create(FILE).close();
    assertThatThrownBy(() -> BallotStore.open(disk.root()))
        .isInstanceOf(BallotDamagedException.class)
        .hasMessageContaining("8192");
  }
}
