package io.tidemark.log;

import io.tidemark.simkit.DiskImage;
import io.tidemark.simkit.SimulatedDisk;

/// Flips one bit in the middle of each batch of a log that was closed, one at a time: whoever opens
/// and reads it must be told, and must not be told that the log ends there.
final class DamageProbe {
  private DamageProbe() {}

  /// How many flips were tried; throws [CrashStates.Broken] at the first that went unnoticed.
  static long run(Play.Opener opener) {
    SimulatedDisk disk = new SimulatedDisk();
    Batches batches = new Batches();
    try (Log log = opener.open(disk.root(), Scripts.CONFIG)) {
      for (int i = 0; i < 5; i++) {
        log.append(batches.next(2, 1, 700));
        log.sync();
      }
    }
    DiskImage closed = disk.copy();
    long flips = 0;
    for (String path : closed.paths()) {
      byte[] bytes = closed.bytes(path);
      for (int at = (int) SegmentHeader.framesAt() + 300; at < bytes.length; at += 700) {
        if (bytes[at] != 0) {
          disk.restore(closed);
          disk.flipBit(path, 8L * at);
          flips++;
          judge(opener, disk, batches, path + " at " + at, flips);
        }
      }
    }
    return flips;
  }

  private static void judge(
      Play.Opener opener, SimulatedDisk disk, Batches batches, String where, long flips) {
    try (Log log = opener.open(disk.root(), Scripts.CONFIG)) {
      if (!Batches.in(log).equals(batches.all())) {
        throw new CrashStates.Broken(where + " is read as the end, after " + flips);
      }
    } catch (LogDamagedException e) {
      // what should be said
    }
  }
}
