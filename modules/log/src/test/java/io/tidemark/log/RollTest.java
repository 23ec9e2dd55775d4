package io.tidemark.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.simkit.SimulatedDisk;
import io.tidemark.storage.FileSystemDirectory;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// When a log goes on in a new segment, and what that costs the one who appends.
final class RollTest {
  private static final LogConfig CONFIG = LogConfig.defaults(93, 1).withSizes(1 << 16, 2048);

  private final SimulatedDisk disk = new SimulatedDisk();
  private final Batches batches = new Batches();

  private static List<Long> bases(Log log) {
    return log.extent().segments().stream().map(s -> s.header().baseLsn()).toList();
  }

  @Test
  void onRequest() {
    try (Log log = Log.open(disk.root(), CONFIG)) {
      log.roll();
      assertThat(bases(log)).as("an empty one is not rolled").containsExactly(1L);
      log.append(batches.next(3, 1, 10));
      log.roll();
      log.roll();
      assertThat(bases(log)).containsExactly(1L, 4L);
      assertThat(log.durableLsn()).isEqualTo(3);
    }
  }

  @Test
  void byAge() {
    try (Log log = Log.open(disk.root(), CONFIG.withMaxSegmentAge(5))) {
      log.append(batches.next(14, 1, 10));
      assertThat(bases(log)).as("batches are a microsecond apart").containsExactly(1L, 7L, 13L);
    }
    disk.crashLosingAllUnsynced();
    try (Log log = Log.open(disk.root(), CONFIG)) {
      assertThat(Batches.in(log)).isEqualTo(batches.all());
    }
  }

  @Test
  void whenTheFooterHasNoRoomForMoreEpochs() {
    try (Log log = Log.open(disk.root(), CONFIG)) {
      for (int epoch = 1; epoch <= 200; epoch++) {
        batches.epoch(epoch);
        log.append(batches.next(1, 10));
      }
      assertThat(bases(log)).containsExactly(1L, 65L, 129L, 193L);
    }
    disk.crashLosingAllUnsynced();
    try (Log log = Log.open(disk.root(), CONFIG)) {
      for (long lsn = 1; lsn <= 200; lsn++) {
        assertThat(log.epochs().epochAt(lsn)).isEqualTo(lsn);
      }
    }
  }

  /// The zeros of the next segment are there before it is needed.
  @Test
  void theNextSegmentIsMadeBeforehand(@TempDir Path path) throws Exception {
    FileSystemDirectory directory = FileSystemDirectory.at(path);
    try (ExecutorService background = Executors.newSingleThreadExecutor();
        Log log = Log.open(directory, CONFIG, background)) {
      assertThat(directory.list()).doesNotContain(NextSegment.FILE);
      while (log.extent().active().roomBytes() > (1 << 15)) {
        log.append(batches.next(1, 1500));
      }
      log.append(batches.next(1, 1500));
      background.shutdown();
      assertThat(background.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
      assertThat(directory.list()).contains(NextSegment.FILE);
      log.roll();
      assertThat(directory.list()).doesNotContain(NextSegment.FILE);
      assertThat(Batches.in(log)).isEqualTo(batches.all());
    }
  }
}
