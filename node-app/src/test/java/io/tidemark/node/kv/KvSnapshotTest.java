package io.tidemark.node.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.node.kv.KvSnapshot.Origin;
import io.tidemark.simkit.CrashPlan;
import io.tidemark.simkit.DiskImage;
import io.tidemark.simkit.SimulatedCrash;
import io.tidemark.simkit.SimulatedDisk;
import io.tidemark.storage.StorageException;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/// A snapshot is the store as it was, or it is refused.
class KvSnapshotTest {
  private static final Origin ORIGIN = new Origin(0x1234_5678_9ABCL, 3);

  private final SimulatedDisk disk = new SimulatedDisk();

  private static KvState.Entry entry(String value, long lsn) {
    return new KvState.Entry(value.getBytes(StandardCharsets.UTF_8), lsn);
  }

  /// Keys and values of several lengths, an empty value among them.
  private static Map<String, KvState.Entry> some(int keys, long seed) {
    Random chance = new Random(seed);
    Map<String, KvState.Entry> entries = new HashMap<>();
    for (int i = 0; i < keys; i++) {
      byte[] value = new byte[i % 7 * 3];
      chance.nextBytes(value);
      entries.put("kéy-" + i * 31, new KvState.Entry(value, 1 + i));
    }
    return entries;
  }

  private void write(long lsn, Map<String, KvState.Entry> entries) {
    KvSnapshot.write(disk.root(), ORIGIN, new KvState.View(lsn, entries), () -> false);
  }

  private KvState read() {
    return KvSnapshotReader.read(disk.root(), ORIGIN).orElseThrow();
  }

  private byte[] bytes() {
    return disk.copy().bytes(KvSnapshot.FILE);
  }

  private void put(byte[] content) {
    if (disk.root().list().contains(KvSnapshot.FILE)) {
      disk.root().delete(KvSnapshot.FILE);
    }
    try (StoredFile file = disk.root().create(KvSnapshot.FILE)) {
      file.write(ByteBuffer.wrap(content), 0);
    }
  }

  private static void assertIs(KvState state, long lsn, Map<String, KvState.Entry> entries) {
    assertThat(state.appliedLsn()).isEqualTo(lsn);
    assertThat(state.size()).isEqualTo(entries.size());
    entries.forEach(
        (key, entry) -> {
          KvState.Entry found = state.get(key).orElseThrow();
          assertThat(found.lsn()).isEqualTo(entry.lsn());
          assertThat(Arrays.equals(found.value(), entry.value())).as(key).isTrue();
        });
  }

  @Test
  void whatWasWrittenIsRead() {
    assertThat(KvSnapshotReader.read(disk.root(), ORIGIN)).isEmpty();
    write(7, Map.of());
    assertIs(read(), 7, Map.of());
    write(1000, some(500, 1));
    assertIs(read(), 1000, some(500, 1));
    assertThat(disk.openThings()).isZero();
  }

  /// Several blocks, and values that are larger than one.
  @Test
  void aStoreLargerThanABlockIsReadAsItWas() {
    Map<String, KvState.Entry> entries = some(300, 2);
    for (int i = 0; i < 5; i++) {
      byte[] value = new byte[KvSnapshot.BLOCK_BYTES * (1 + i) / 2 + i];
      Arrays.fill(value, (byte) i);
      entries.put("large-" + i, new KvState.Entry(value, 400 + i));
    }
    write(500, entries);
    assertIs(read(), 500, entries);
  }

  @Test
  void theSameStoreHasTheSameBytesHoweverItCameAbout() {
    Map<String, KvState.Entry> entries = some(200, 3);
    write(500, entries);
    byte[] one = bytes();
    Map<String, KvState.Entry> backwards = new LinkedHashMap<>();
    entries.keySet().stream()
        .sorted((a, b) -> b.compareTo(a))
        .forEach(key -> backwards.put(key, entries.get(key)));
    write(500, backwards);
    assertThat(bytes()).isEqualTo(one);
  }

  @Test
  void everyFlippedBitIsSeen() {
    write(9, some(9, 4));
    long bits = 8L * bytes().length;
    for (long bit = 0; bit < bits; bit++) {
      disk.flipBit(KvSnapshot.FILE, bit);
      assertThatThrownBy(this::read)
          .as("bit %d", bit)
          .isInstanceOf(SnapshotRefusedException.class)
          .hasMessageMatching(".*kv-snapshot at position \\d+: expected .*, found .*");
      disk.flipBit(KvSnapshot.FILE, bit);
    }
    assertIs(read(), 9, some(9, 4));
  }

  @Test
  void everyOtherLengthIsSeen() {
    write(9, some(9, 5));
    byte[] whole = bytes();
    for (int length = 0; length < whole.length + 3; length++) {
      if (length != whole.length) {
        put(Arrays.copyOf(whole, length));
        assertThatThrownBy(this::read)
            .as("%d bytes", length)
            .isInstanceOf(SnapshotRefusedException.class);
      }
    }
  }

  /// Both are sound by themselves.
  @Test
  void aBlockInTheWrongPlaceIsSeen() {
    Map<String, KvState.Entry> entries = new HashMap<>();
    for (int i = 0; i < 4; i++) {
      entries.put("k" + i, new KvState.Entry(new byte[KvSnapshot.BLOCK_BYTES - 1000], 1));
    }
    write(1, entries);
    byte[] whole = bytes();
    int block = (whole.length - KvSnapshot.HEADER_BYTES) / 4;
    byte[] swapped = whole.clone();
    for (int i = 0; i < 2; i++) {
      int from = KvSnapshot.HEADER_BYTES + block * (1 + i);
      System.arraycopy(whole, from, swapped, KvSnapshot.HEADER_BYTES + block * (2 - i), block);
    }
    put(swapped);
    assertThatThrownBy(this::read)
        .isInstanceOf(SnapshotRefusedException.class)
        .hasMessageContaining("at position " + (KvSnapshot.HEADER_BYTES + block + 4) + ": ");
  }

  @Test
  void aSnapshotOfAnotherLogIsRefused() {
    write(9, some(9, 6));
    assertThatThrownBy(() -> KvSnapshotReader.read(disk.root(), new Origin(ORIGIN.logId() + 1, 3)))
        .hasMessageContaining("log 123456789abd, found 123456789abc");
    assertThatThrownBy(() -> KvSnapshotReader.read(disk.root(), new Origin(ORIGIN.logId(), 4)))
        .hasMessageContaining("partition 4, found 3");
  }

  /// The power goes before each operation, in every way it may: the old one or the new one.
  @Test
  void aCrashLeavesTheOldOrTheNewOne() {
    write(40, some(40, 7));
    DiskImage before = disk.copy();
    Map<String, KvState.Entry> next = some(90, 8);
    boolean done = false;
    int looked = 0;
    int renewed = 0;
    for (int operation = 1; !done; operation++) {
      disk.restore(before);
      disk.crashAfter(operation);
      try {
        write(90, next);
        done = true;
      } catch (SimulatedCrash e) {
        // As planned.
      }
      DiskImage atTheCrash = disk.copy();
      for (CrashPlan plan : disk.crashPlans()) {
        disk.restore(atTheCrash);
        disk.crash(plan);
        KvState left = read();
        assertIs(left, left.appliedLsn(), left.appliedLsn() == 90 ? next : some(40, 7));
        assertThat(done && left.appliedLsn() != 90).as("durable on return").isFalse();
        renewed += left.appliedLsn() == 90 ? 1 : 0;
        looked++;
      }
    }
    assertThat(renewed).isBetween(1, looked - 1);
  }

  @Test
  void aFullDiskAndAnInterruptionLeaveTheOldOne() {
    write(40, some(40, 9));
    disk.limitCapacity(disk.usedBytes() + 300);
    assertThatThrownBy(() -> write(90, some(90, 10))).isInstanceOf(StorageException.class);
    assertIs(read(), 40, some(40, 9));
    disk.limitCapacity(Long.MAX_VALUE);
    KvState.View view = new KvState.View(90, some(90, 10));
    assertThatThrownBy(() -> KvSnapshot.write(disk.root(), ORIGIN, view, () -> true))
        .isInstanceOf(CancellationException.class);
    assertIs(read(), 40, some(40, 9));
    write(90, Map.of("a", entry("b", 90)));
    assertIs(read(), 90, Map.of("a", entry("b", 90)));
    assertThat(disk.openThings()).isZero();
  }

  /// The format as it was first written.
  @Test
  void goldenBytes() {
    write(9, Map.of("b", entry("1", 9), "a", entry("", 7)));
    String hex = HexFormat.of().formatHex(bytes());
    assertThat(hex.replaceAll("(.{32})", "$1\n").lines())
        .containsExactly(
            "544944454b56534e0100000024bbf583",
            "bc9a7856341200000900000000000000",
            "03000000000000000200000000000000",
            "5f000000000000001f0000001f902f8a",
            "01000000000007000000000000006101",
            "000100000009000000000000006231");
  }
}
