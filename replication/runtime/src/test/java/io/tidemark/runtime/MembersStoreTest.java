package io.tidemark.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.foundation.EpochHistory;
import io.tidemark.foundation.ReplicaId;
import io.tidemark.protocol.Members;
import io.tidemark.protocol.Membership;
import io.tidemark.simkit.SimulatedDisk;
import io.tidemark.storage.Directory;
import io.tidemark.storage.DurableNames;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class MembersStoreTest {
  private static final String GOLDEN =
      "tidemark-members=2\n"
          + "self a.00000007\n"
          + "founders a.00000007,b,c\n"
          + "17 2 a,b,c/d\n"
          + "42 3 a,b,c,d/\n"
          + "crc32c=36475702\n";

  private static final ReplicaId SELF = ReplicaId.parse("a.00000007");
  private static final List<ReplicaId> FOUNDERS =
      List.of(SELF, ReplicaId.parse("b"), ReplicaId.parse("c"));

  private final SimulatedDisk disk = new SimulatedDisk();

  private static Membership membership(long lsn, long epoch, String members) {
    return new Membership(lsn, epoch, Members.parse(members));
  }

  private MembersStore two() {
    MembersStore store = MembersStore.open(disk.root(), SELF);
    store.agree(FOUNDERS);
    store.save(membership(17, 2, "a,b,c/d"));
    store.save(membership(42, 3, "a,b,c,d/"));
    return store;
  }

  private static byte[] content(Directory directory) {
    try (StoredFile file = directory.open(MembersStore.NAME)) {
      ByteBuffer content = ByteBuffer.allocate((int) file.lengthBytes());
      file.read(content, 0);
      return content.array();
    }
  }

  @Test
  void whatWasSavedIsThereAfterAPowerCut() {
    two();
    disk.crashLosingAllUnsynced();
    assertThat(MembersStore.open(disk.root(), SELF).saved())
        .containsExactly(membership(17, 2, "a,b,c/d"), membership(42, 3, "a,b,c,d/"));
  }

  @Test
  void whoItIsIsDecidedOnce() {
    two();
    MembersStore again = MembersStore.open(disk.root(), ReplicaId.parse("a.00000008"));
    assertThat(again.self()).isEqualTo(SELF);
    assertThat(again.founders()).contains(FOUNDERS);
  }

  @Test
  void itIsNotAgreedWhoBeginsUntilThatIsSaved() {
    assertThat(MembersStore.open(disk.root(), SELF).founders()).isEmpty();
    assertThat(MembersStore.open(disk.root(), SELF).founders()).isEmpty();
    MembersStore.open(disk.root(), SELF).agree(List.of());
    disk.crashLosingAllUnsynced();
    assertThat(MembersStore.open(disk.root(), SELF).founders()).contains(List.of());
  }

  @Test
  void anotherVersionIsRefusedByName() {
    String older = "tidemark-members=1\ncrc32c=%s\n".formatted(crcOf("tidemark-members=1\n"));
    DurableNames.replace(disk.root(), MembersStore.NAME, StandardCharsets.UTF_8.encode(older));
    assertThatThrownBy(() -> MembersStore.open(disk.root(), SELF))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("expected 'tidemark-members=2', found 'tidemark-members=1'");
  }

  private static String crcOf(String body) {
    CRC32C crc = new CRC32C();
    crc.update(body.getBytes(StandardCharsets.UTF_8));
    return "%08x".formatted((int) crc.getValue());
  }

  @Test
  void itsBytesStayAsTheyAre() {
    two();
    assertThat(new String(content(disk.root()), StandardCharsets.UTF_8)).isEqualTo(GOLDEN);
  }

  @Test
  void whatIsNotInTheLogIsForgotten() {
    MembersStore store = two();
    store.truncatedAfter(41);
    assertThat(MembersStore.open(disk.root(), SELF).saved())
        .containsExactly(membership(17, 2, "a,b,c/d"));
    store.save(membership(5, 4, "a,b/"));
    assertThat(MembersStore.open(disk.root(), SELF).saved())
        .containsExactly(membership(5, 4, "a,b/"));
  }

  /// The power went after it was saved and before its record was in the log, where another record
  /// has its LSN now.
  @Test
  void whatTheLogDoesNotHoldIsForgottenWhenBothAreOpened() {
    MembersStore store = two();
    EpochHistory epochs = new EpochHistory();
    epochs.append(2, 1);
    epochs.append(4, 40);
    store.align(epochs, 50);
    assertThat(MembersStore.open(disk.root(), SELF).saved())
        .containsExactly(membership(17, 2, "a,b,c/d"));
    store.align(epochs, 16);
    assertThat(MembersStore.open(disk.root(), SELF).saved()).isEmpty();
  }

  @Test
  void onlyTheLastFewAreKept() {
    MembersStore store = MembersStore.open(disk.root(), SELF);
    for (int i = 1; i <= 20; i++) {
      store.save(membership(i, 1, "a/"));
    }
    assertThat(MembersStore.open(disk.root(), SELF).saved())
        .hasSize(8)
        .last()
        .isEqualTo(membership(20, 1, "a/"));
  }

  @Test
  void everyFlippedBitAndEveryCutIsSaid() {
    two();
    byte[] sound = content(disk.root());
    for (int bit = 0; bit < 8 * sound.length; bit++) {
      byte[] spoilt = sound.clone();
      spoilt[bit / 8] ^= (byte) (1 << bit % 8);
      assertRefused(spoilt);
    }
    for (int length = 0; length < sound.length; length++) {
      assertRefused(java.util.Arrays.copyOf(sound, length));
    }
  }

  private void assertRefused(byte[] content) {
    DurableNames.replace(disk.root(), MembersStore.NAME, ByteBuffer.wrap(content));
    assertThatThrownBy(() -> MembersStore.open(disk.root(), SELF))
        .isInstanceOf(BallotDamagedException.class);
  }

  @Test
  void oneThatIsGoneIsMissed() {
    two();
    DurableNames.replace(disk.root(), "other", ByteBuffer.allocate(1));
    DurableNames.delete(disk.root(), MembersStore.NAME);
    assertThatThrownBy(() -> MembersStore.open(disk.root(), SELF))
        .isInstanceOf(BallotDamagedException.class)
        .hasMessageContaining("expected a file 'members'");
  }
}
