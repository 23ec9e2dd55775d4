package io.tidemark.log.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.log.Batch;
import io.tidemark.log.LogDamagedException;
import io.tidemark.log.repair.DamagedLog.Place;
import io.tidemark.simkit.SimulatedDisk;
import io.tidemark.storage.Access;
import org.junit.jupiter.api.Test;

/// Every sector of a log in turn cannot be read any more.
final class UnreadableSectorTest {
  private static final int BATCHES = 80;
  private static final int BLOCK_BYTES = 4096;

  @Test
  void everySectorThatCannotBeRead() {
    sectors(DamagedLog.closed(DamagedLog.CONFIG, BATCHES));
    sectors(DamagedLog.killed(DamagedLog.CONFIG, 20));
    sectors(DamagedLog.closed(DamagedLog.CONFIG.withAccess(Access.DIRECT), BATCHES / 4));
  }

  /// A block that cannot be read is damage like any other, or of no matter; and never the end.
  private static void sectors(DamagedLog log) {
    int mended = 0;
    int unproven = 0;
    Place last = log.placeOf(log.batches.getLast());
    for (String file : log.segments()) {
      int sectors = log.sound.bytes(file).length / SimulatedDisk.SECTOR_BYTES;
      for (int sector = 0; sector < sectors; sector++) {
        log.restore();
        log.disk.spoilSector(file, sector);
        try {
          mended += log.isMendedIfDamaged() ? 1 : 0;
        } catch (LogDamagedException e) {
          int block = sector * SimulatedDisk.SECTOR_BYTES / BLOCK_BYTES;
          assertThat(file).as("sector %d: %s", sector, e).isEqualTo(last.file());
          assertThat(block)
              .as("sector %d: %s", sector, e)
              .isBetween(
                  last.position() / BLOCK_BYTES,
                  (last.position() + Batch.HEADER_BYTES - 1) / BLOCK_BYTES);
          unproven++;
        }
      }
    }
    assertThat(mended).isGreaterThan(20);
    assertThat(unproven).isBetween(1, 2 * BLOCK_BYTES / SimulatedDisk.SECTOR_BYTES);
  }
}
