package io.tidemark.simkit;

import io.tidemark.foundation.Chance;
import io.tidemark.foundation.Check;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.OptionalLong;
import java.util.zip.CRC32C;

/// Content of one file: what reads show, what the platter holds, and which bytes differ.
///
/// ```text
///   current   [ a a a a | B B B b | C C C C )          lengthBytes
///   durable   [ a a a a | b b b b )                    durableLengthBytes
///   unsynced            | x x x .   x x x x            a sync copies these, a crash rolls dice
///   lost                                               written, never to be copied
/// ```
///
/// Invariant: both arrays are zero beyond their lengths, so growing shows zeros.
///
/// A failed sync clears `unsynced` without copying, as the kernel marks the failed pages clean: the
/// bytes are read until the crash and are gone after it. Where the file had grown, it also lost the
/// blocks, and even a rewrite is not kept (RELIABILITY fact 1, ext4); these bytes are `lost`.
final class FileNode implements DiskNode {
  private static final int SECTOR_BYTES = SimulatedDisk.SECTOR_BYTES;
  private static final int LEAST_BYTES = 512;

  private String path;
  private byte[] current = new byte[0];
  private byte[] durable = new byte[0];
  private int lengthBytes;
  private int durableLengthBytes;
  private final BitSet unsynced = new BitSet();
  private final BitSet lost = new BitSet();
  private final Flaws flaws;

  FileNode(String path) {
    this(path, new Flaws());
  }

  private FileNode(String path, Flaws flaws) {
    this.path = path;
    this.flaws = flaws;
  }

  FileNode copy() {
    FileNode copy = new FileNode(path, flaws.copy());
    copy.current = current.clone();
    copy.durable = durable.clone();
    copy.lengthBytes = lengthBytes;
    copy.durableLengthBytes = durableLengthBytes;
    copy.unsynced.or(unsynced);
    copy.lost.or(lost);
    return copy;
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public void placedAt(String path) {
    this.path = path;
  }

  Flaws flaws() {
    return flaws;
  }

  int lengthBytes() {
    return lengthBytes;
  }

  @Override
  public long usedBytes() {
    return lengthBytes;
  }

  byte[] bytes() {
    return Arrays.copyOf(current, lengthBytes);
  }

  byte[] durableBytes() {
    return Arrays.copyOf(durable, durableLengthBytes);
  }

  /// As if no bit had turned: what the disk owes.
  OptionalLong findOwed(ByteBuffer bytes, int from) {
    flaws.turnBack(durable);
    OptionalLong found = findDurable(bytes, from);
    flaws.turnBack(durable);
    return found;
  }

  private OptionalLong findDurable(ByteBuffer bytes, int from) {
    int length = bytes.remaining();
    for (int at = from; at <= durableLengthBytes - length; at++) {
      if (ByteBuffer.wrap(durable, at, length).equals(bytes)) {
        return OptionalLong.of(at);
      }
    }
    return OptionalLong.empty();
  }

  int read(ByteBuffer target, long position) {
    if (position >= lengthBytes) {
      return 0;
    }
    int count = (int) Math.min(target.remaining(), lengthBytes - position);
    target.put(current, (int) position, count);
    return count;
  }

  /// What is read from now on, as long as the file does not grow.
  ByteBuffer map(long bytes) {
    Check.argument(bytes <= lengthBytes, "%s has %d bytes, not %d", path, lengthBytes, bytes);
    return ByteBuffer.wrap(current, 0, (int) bytes).slice().asReadOnlyBuffer();
  }

  /// Writes the next `count` bytes of `source`; `goesNowhere` if no sync will store them.
  void write(ByteBuffer source, int count, long position, boolean goesNowhere) {
    if (count == 0) {
      return;
    }
    int start = Math.toIntExact(position);
    int end = Math.addExact(start, count);
    ensureCapacity(end);
    source.get(current, start, count);
    unsynced.set(start, end);
    unsynced.andNot(lost);
    flaws.written(start, end, goesNowhere);
    lengthBytes = Math.max(lengthBytes, end);
  }

  private void ensureCapacity(int needed) {
    if (needed > current.length) {
      int capacity = Math.clamp(2L * current.length, LEAST_BYTES, Integer.MAX_VALUE - 8);
      current = Arrays.copyOf(current, Math.max(needed, capacity));
      durable = Arrays.copyOf(durable, current.length);
    }
  }

  void sync() {
    sync(false);
  }

  void sync(boolean lies) {
    int start = unsynced.nextSetBit(0);
    while (start >= 0) {
      int end = unsynced.nextClearBit(start);
      flaws.storing(durable, start, end, lies);
      System.arraycopy(current, start, durable, start, end - start);
      start = unsynced.nextSetBit(end);
    }
    unsynced.clear();
    durableLengthBytes = lengthBytes;
  }

  void failSync() {
    if (lengthBytes > durableLengthBytes) {
      lost.set(durableLengthBytes, lengthBytes);
    }
    unsynced.clear();
  }

  void flipBit(long bit) {
    Check.argument(
        bit >= 0 && bit < 8L * lengthBytes,
        "%s has no bit %d, it has %d bytes",
        path,
        bit,
        lengthBytes);
    int at = (int) (bit >> 3);
    byte mask = (byte) (1 << (bit & 7));
    current[at] ^= mask;
    if (at < durableLengthBytes) {
      durable[at] ^= mask;
      flaws.turn(at, mask);
    }
  }

  @Override
  public void crash(Chance chance) {
    flaws.lose(unsynced);
    switch (chance.below(4)) {
      case 0 -> unsynced.clear();
      case 1 -> sync();
      default -> rollEachSector(chance);
    }
    crashLosingAllUnsynced();
  }

  private void rollEachSector(Chance chance) {
    int first = unsynced.nextSetBit(0);
    while (first >= 0) {
      int sector = first / SECTOR_BYTES;
      int end = Math.min((sector + 1) * SECTOR_BYTES, lengthBytes);
      int roll = chance.below(100);
      if (roll < 45) {
        keep(first, end);
      } else if (roll < 55) {
        fillWithGarbage(first, end, chance);
      }
      first = unsynced.nextSetBit(end);
    }
    growAsFarAs(chance);
  }

  private void keep(int start, int end) {
    int from = start;
    while (from >= 0 && from < end) {
      int to = Math.min(unsynced.nextClearBit(from), end);
      flaws.storing(durable, from, to, false);
      System.arraycopy(current, from, durable, from, to - from);
      from = unsynced.nextSetBit(to);
    }
  }

  private void fillWithGarbage(int start, int end, Chance chance) {
    for (int at = start; at >= 0 && at < end; at = unsynced.nextSetBit(at + 1)) {
      durable[at] = (byte) chance.bits();
    }
  }

  // The length is metadata of its own: it may stay behind the sectors that were saved, or run ahead
  // of them and show zeros.
  private void growAsFarAs(Chance chance) {
    int sectors = (lengthBytes - durableLengthBytes + SECTOR_BYTES - 1) / SECTOR_BYTES;
    if (sectors > 0) {
      int nextBoundary = (durableLengthBytes / SECTOR_BYTES) * SECTOR_BYTES;
      int kept = chance.between(0, sectors + 1);
      int length = Math.min(nextBoundary + kept * SECTOR_BYTES, lengthBytes);
      durableLengthBytes = Math.max(durableLengthBytes, length);
      Arrays.fill(durable, durableLengthBytes, lengthBytes, (byte) 0);
    }
  }

  @Override
  public void crash(CrashPlan.Run run) {
    flaws.lose(unsynced);
    Chance garbage = new Chance(lengthBytes);
    int first = unsynced.nextSetBit(0);
    while (first >= 0) {
      int end = Math.min((first / SECTOR_BYTES + 1) * SECTOR_BYTES, lengthBytes);
      switch (isOfZeros(first, end) ? run.ofZeros() : run.next()) {
        case KEPT -> keep(first, end);
        case GARBAGE -> fillWithGarbage(first, end, garbage);
        case LOST -> {}
      }
      first = unsynced.nextSetBit(end);
    }
    if (lengthBytes > durableLengthBytes) {
      if (run.next() == CrashPlan.Fate.LOST) {
        Arrays.fill(durable, durableLengthBytes, lengthBytes, (byte) 0);
      } else {
        durableLengthBytes = lengthBytes;
      }
    }
    crashLosingAllUnsynced();
  }

  /// Whether nothing but zeros were written over zeros: too many of them to ask one by one.
  private boolean isOfZeros(int start, int end) {
    for (int at = start; at < end; at++) {
      if ((current[at] | durable[at]) != 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int unsyncedNames() {
    return 0;
  }

  @Override
  public int unsyncedThings(int names) {
    int things = lengthBytes > durableLengthBytes ? 1 : 0;
    int first = unsynced.nextSetBit(0);
    while (first >= 0) {
      int end = Math.min((first / SECTOR_BYTES + 1) * SECTOR_BYTES, lengthBytes);
      things += isOfZeros(first, end) ? 0 : 1;
      first = unsynced.nextSetBit(end);
    }
    return things;
  }

  @Override
  public long durablePrint() {
    CRC32C crc = new CRC32C();
    crc.update(durable, 0, durableLengthBytes);
    return crc.getValue() * 1_000_003 + durableLengthBytes;
  }

  @Override
  public void crashLosingAllUnsynced() {
    flaws.comeToLight(durable);
    lengthBytes = durableLengthBytes;
    System.arraycopy(durable, 0, current, 0, durable.length);
    unsynced.clear();
    lost.clear();
  }
}
