package io.tidemark.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.simkit.SimulatedDisk;
import io.tidemark.storage.Access;
import org.junit.jupiter.api.Test;

final class DirectAccessTest {
  private static final LogConfig CONFIG =
      LogConfig.defaults(80, 0).withSizes(16384, 2048).withAccess(Access.DIRECT);

  private final SimulatedDisk disk = new SimulatedDisk();
  private final Batches batches = new Batches();

  /// Crash story: the index notes a batch where it begins, behind its mark and so within a block;
  /// the walk began at the block after that, and no batch with a mark in front was ever found.
  @Test
  void everyBatchIsFoundBeforeAndAfterReopening() {
    Log log = Log.open(disk.root(), CONFIG.withIndexStride(512));
    for (int i = 0; i < 8; i++) {
      log.append(batches.next(2, 1, 300));
      log.sync();
      assertThat(Batches.in(log)).isEqualTo(batches.all());
    }
    log.close();
    disk.killProcess();
    assertThat(Batches.in(Log.open(disk.root(), CONFIG))).isEqualTo(batches.all());
    disk.killProcess();
    Log again = Log.open(disk.root(), CONFIG.withIndexStride(512));
    assertThat(Batches.in(again)).isEqualTo(batches.all());
    LogCursor cursor = again.cursor(5);
    for (long lsn = 5; lsn <= 16; lsn++) {
      assertThat(cursor.next()).isTrue();
      assertThat(cursor.lsn()).isEqualTo(lsn);
    }
  }

  /// Crash story: the zeros between a batch and the next block began in one window of the file and
  /// ended in the next. Who looked at them moved the window, then read the batch's LSNs where it
  /// had been, and a node that was killed found damage in a sound log.
  @Test
  void aBatchWhoseBlockEndsBeyondTheWindowIsReadWhole() {
    LogConfig config = CONFIG.withSizes(8 << 20, 64 << 10);
    Log log = Log.open(disk.root(), config);
    int blockBytes = (int) log.extent().active().header().blockAfter(1);
    int overhead = new Batches().next(1, 200).sizeBytes() - 200;
    int eightBytesMoreThanABlock = blockBytes + 8 - Mark.BYTES - overhead;
    for (int i = 0; i < 5000; i++) {
      log.append(batches.next(1, i % 3 == 0 ? 200 : eightBytesMoreThanABlock));
    }
    log.sync();
    disk.killProcess();
    Log again = Log.open(disk.root(), config);
    assertThat(again.recovery().kind()).isEqualTo(RecoveryCase.CLEAN);
    assertThat(Batches.in(again)).isEqualTo(batches.all());
  }

  @Test
  void aLogWrittenThroughThePageCacheGoesOnPastIt() {
    LogConfig buffered = CONFIG.withAccess(Access.BUFFERED);
    try (Log log = Log.open(disk.root(), buffered)) {
      log.append(batches.next(1, 100));
    }
    disk.killProcess();
    try (Log log = Log.open(disk.root(), CONFIG)) {
      log.append(batches.next(12, 1, 1000));
      log.truncateAfter(2);
      batches.truncateAfter(2);
      log.append(batches.next(1, 100));
      log.roll();
      log.append(batches.next(1, 100));
    }
    disk.killProcess();
    assertThat(Batches.in(Log.open(disk.root(), buffered))).isEqualTo(batches.all());
  }
}
