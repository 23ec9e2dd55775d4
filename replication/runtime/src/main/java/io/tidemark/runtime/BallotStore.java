package io.tidemark.runtime;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.protocol.Ballot;
import io.tidemark.storage.Directory;
import io.tidemark.storage.DurableNames;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/// What one replica has promised, on disk: two slots, written in turn, the newer valid one counts.
///
/// ```
///  slot 0 at 0, slot 1 at 4096; each:
///   0        8        16           24          28        28+n
///   +--------+--------+------------+-----------+---------+--------+
///   | "TMBALLOT"      | generation | epoch     | n | vote (n bytes) | ... zeros ... | crc32c of 0..507
///   +--------+--------+------------+-----------+---------+--------+
///   magic u64, generation u64, epoch u64, vote length u32 (0 = none), vote UTF-8; crc u32 at 508
/// ```
///
/// A slot fits one sector of 512 bytes, which disks write whole or not at all. So a slot is zero,
/// valid, or *damaged*, and the two generations follow each other; damage may hide a promise, and a
/// replica that forgot a promise could make two leaders: it is refused.
final class BallotStore implements AutoCloseable {
  private static final String NAME = "ballot";
  private static final long MAGIC = 0x544F4C4C41424D54L;
  private static final int SLOT_BYTES = 4096;
  private static final int SECTOR_BYTES = 512;
  private static final int CRC_POSITION = SECTOR_BYTES - 4;
  private static final int HEADER_BYTES = 28;

  private final StoredFile file;
  private long generation;
  private Ballot ballot;

  private BallotStore(StoredFile file, long generation, Ballot ballot) {
    this.file = file;
    this.generation = generation;
    this.ballot = ballot;
  }

  /// The ballots of the partition in `directory`; nothing promised yet if it has none.
  static BallotStore open(Directory directory) {
    if (!directory.list().contains(NAME)) {
      List<String> others =
          directory.list().stream()
              .filter(name -> !name.equals(NAME + ".new") && !name.equals(MembersStore.NAME))
              .toList();
      if (!others.isEmpty()) {
        throw new BallotDamagedException(
            "%s: expected a file '%s' beside %s, found none"
                .formatted(directory.describe(), NAME, others));
      }
      StoredFile file = DurableNames.createZeroed(directory, NAME, 2L * SLOT_BYTES);
      return new BallotStore(file, 0, Ballot.NONE);
    }
    StoredFile file = directory.open(NAME);
    try {
      BallotStore store = new BallotStore(file, 0, Ballot.NONE);
      store.readSlots();
      return store;
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  Ballot ballot() {
    return ballot;
  }

  /// Makes `next` durable. Used by one thread at a time.
  void save(Ballot next) {
    long nextGeneration = generation + 1;
    file.write(encode(nextGeneration, next), slotPosition(nextGeneration));
    file.sync();
    generation = nextGeneration;
    ballot = next;
  }

  @Override
  public void close() {
    file.close();
  }

  private static long slotPosition(long generation) {
    return generation % 2 * SLOT_BYTES;
  }

  private static ByteBuffer encode(long generation, Ballot ballot) {
    byte[] vote =
        ballot
            .votedFor()
            .map(n -> n.toString().getBytes(StandardCharsets.UTF_8))
            .orElse(new byte[0]);
    ByteBuffer slot = ByteBuffer.allocate(SECTOR_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    slot.putLong(MAGIC).putLong(generation).putLong(ballot.epoch()).putInt(vote.length).put(vote);
    slot.putInt(CRC_POSITION, crc(slot));
    return slot.clear();
  }

  /// Slots are written in turn, so the older holds the generation before the newer one, zero being
  /// the generation of an empty slot. Otherwise one of them has lost what it held.
  private void readSlots() {
    if (file.lengthBytes() != 2L * SLOT_BYTES) {
      throw new BallotDamagedException(
          "%s: expected %d bytes, found %d"
              .formatted(file.describe(), 2 * SLOT_BYTES, file.lengthBytes()));
    }
    long even = readSlot(0);
    long odd = readSlot(1);
    boolean inTurn = even % 2 == 0 && (odd % 2 == 1 || odd == 0);
    if (!inTurn || (Math.abs(even - odd) != 1 && even + odd != 0)) {
      int older = even < odd ? 0 : 1;
      throw new BallotDamagedException(
          "%s: slot %d at position %d is damaged: generations %d and %d do not follow each other"
              .formatted(file.describe(), older, older * SLOT_BYTES, even, odd));
    }
  }

  /// The generation in the slot; 0 if it was never written.
  private long readSlot(int index) {
    ByteBuffer slot = ByteBuffer.allocate(SECTOR_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    file.read(slot, (long) index * SLOT_BYTES);
    slot.clear();
    if (isZero(slot)) {
      return 0;
    }
    int crc = crc(slot);
    if (slot.getLong(0) != MAGIC || slot.getInt(CRC_POSITION) != crc) {
      throw new BallotDamagedException(
          "%s: slot %d at position %d is damaged: expected crc32c %08x, found %08x"
              .formatted(
                  file.describe(),
                  index,
                  (long) index * SLOT_BYTES,
                  crc,
                  slot.getInt(CRC_POSITION)));
    }
    long found = slot.getLong(8);
    if (found > generation) {
      generation = found;
      ballot = new Ballot(slot.getLong(16), vote(slot));
    }
    return found;
  }

  private static Optional<ReplicaId> vote(ByteBuffer slot) {
    int length = slot.getInt(24);
    if (length == 0) {
      return Optional.empty();
    }
    byte[] vote = new byte[length];
    slot.get(HEADER_BYTES, vote);
    return Optional.of(ReplicaId.parse(new String(vote, StandardCharsets.UTF_8)));
  }

  private static int crc(ByteBuffer slot) {
    CRC32C crc = new CRC32C();
    crc.update(slot.duplicate().clear().limit(CRC_POSITION));
    return (int) crc.getValue();
  }

  private static boolean isZero(ByteBuffer slot) {
    for (int i = 0; i < SECTOR_BYTES; i++) {
      if (slot.get(i) != 0) {
        return false;
      }
    }
    return true;
  }
}
