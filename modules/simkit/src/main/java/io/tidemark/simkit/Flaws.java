package io.tidemark.simkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What is wrong with the stored bytes of one file: what turned by itself, what cannot be read, and
/// what the disk said it has and has not.
///
/// ```
///   durable   [ a a a x | B B B B | c c c c )     what the disk owes, but for x, which turned
///   unkept              | x x x x |               said to be stored; the next crash brings back
///   before              | a a a a |               ... this
/// ```
///
/// A byte that the disk does store honestly is sound again, and its sector can be read.
final class Flaws {
  private static final int SECTOR_BYTES = SimulatedDisk.SECTOR_BYTES;

  /// The bits that turned, by byte.
  private final TreeMap<Integer, Byte> turned = new TreeMap<>();

  private final BitSet unreadable = new BitSet();
  private final BitSet unkept = new BitSet();
  private final BitSet onItsWayToNowhere = new BitSet();
  private byte[] before = new byte[0];

  Flaws copy() {
    Flaws copy = new Flaws();
    copy.turned.putAll(turned);
    copy.unreadable.or(unreadable);
    copy.unkept.or(unkept);
    copy.onItsWayToNowhere.or(onItsWayToNowhere);
    copy.before = before.clone();
    return copy;
  }

  // --- at rest

  void turn(int at, byte mask) {
    turned.merge(at, mask, (a, b) -> (byte) (a ^ b));
  }

  /// Shows in `durable` what the disk owes, or, the next time, what it has.
  void turnBack(byte[] durable) {
    for (Map.Entry<Integer, Byte> one : turned.entrySet()) {
      durable[one.getKey()] ^= one.getValue();
    }
  }

  void makeUnreadable(int sector) {
    unreadable.set(sector);
  }

  boolean isReadable(long position, int count) {
    long end = position + count;
    return unreadable.stream()
        .noneMatch(
            sector ->
                (long) sector * SECTOR_BYTES < end && position < (sector + 1L) * SECTOR_BYTES);
  }

  // --- writes and syncs

  /// These bytes were written; `goesNowhere` if no sync will store them.
  void written(int start, int end, boolean goesNowhere) {
    onItsWayToNowhere.set(start, end, goesNowhere);
  }

  /// A sync is about to store these bytes over those in `durable`; it only says so if it `lies`.
  void storing(byte[] durable, int start, int end, boolean lies) {
    if (lies) {
      onItsWayToNowhere.set(start, end);
    }
    int at = start;
    while (at < end) {
      boolean lost = onItsWayToNowhere.get(at);
      int to = lost ? onItsWayToNowhere.nextClearBit(at) : onItsWayToNowhere.nextSetBit(at);
      to = to < 0 ? end : Math.min(to, end);
      if (lost) {
        promise(durable, at, to);
      } else {
        stored(at, to);
      }
      at = to;
    }
    onItsWayToNowhere.clear(start, end);
  }

  private void promise(byte[] durable, int start, int end) {
    for (int at = unkept.nextClearBit(start); at < end; at = unkept.nextClearBit(at + 1)) {
      comesBack(at, durable[at], durable.length);
    }
  }

  private void comesBack(int at, byte value, int capacity) {
    if (before.length < capacity) {
      before = Arrays.copyOf(before, capacity);
    }
    before[at] = value;
    unkept.set(at);
  }

  private void stored(int start, int end) {
    unkept.clear(start, end);
    turned.subMap(start, end).clear();
    unreadable.clear(start / SECTOR_BYTES, (end - 1) / SECTOR_BYTES + 1);
  }

  /// The next crash shows `bytes` at `start`, which a write brought that was to go elsewhere.
  void overwritten(byte[] bytes, int start, int durableLengthBytes) {
    int end = Math.min(start + bytes.length, durableLengthBytes);
    for (int at = start; at < end; at++) {
      comesBack(at, bytes[at - start], durableLengthBytes);
    }
  }

  // --- what comes to light

  /// Takes out of `unsynced` what no luck can save.
  void lose(BitSet unsynced) {
    unsynced.andNot(onItsWayToNowhere);
  }

  /// Brings back in `durable` what was never replaced.
  void comeToLight(byte[] durable) {
    for (int at = unkept.nextSetBit(0); at >= 0; at = unkept.nextSetBit(at + 1)) {
      durable[at] = before[at];
      turned.remove(at);
    }
    unkept.clear();
    onItsWayToNowhere.clear();
  }

  /// What is said to be stored and is not.
  List<DiskLies.Claim> claims(String path) {
    List<DiskLies.Claim> claims = new ArrayList<>();
    for (int from = unkept.nextSetBit(0); from >= 0; ) {
      int to = unkept.nextClearBit(from);
      claims.add(new DiskLies.Claim(path, from, to));
      from = unkept.nextSetBit(to);
    }
    return claims;
  }

  /// Stores it after all.
  void honour(DiskLies.Claim claim) {
    unkept.clear((int) claim.from(), (int) claim.to());
  }
}
