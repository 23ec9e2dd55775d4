package io.tidemark.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tidemark.storage.Access;
import io.tidemark.storage.FileSystemDirectory;
import io.tidemark.storage.StorageException;
import io.tidemark.storage.StorageException.Category;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A log on a real file system whose disk fails, stalls or crawls.
@Timeout(value = 180, unit = TimeUnit.SECONDS)
final class FaultyDiskTest {
  private static final int SLOW_MILLIS = 30;
  private static final LogConfig CONFIG = LogProcess.config();

  @TempDir private Path directory;

  private static Log open(FaultyDisk disk, LogConfig config) {
    return Log.open(FileSystemDirectory.at(disk.path().resolve("log")), config);
  }

  private static void write(Log log, int count) {
    for (int i = 0; i < count; i++) {
      log.append(LogProcess.next(log));
      log.sync();
    }
  }

  /// RELIABILITY fact 1: after it the kernel says that all is well, and shows the records until the
  /// machine starts again.
  @ParameterizedTest
  @EnumSource(Access.class)
  void aFailedSyncIsSaidOnceForAllAndWhatIsDurableAfterwardsIs(Access access) throws Exception {
    LogConfig config = CONFIG.withAccess(access);
    try (FaultyDisk disk = new FaultyDisk(directory, 0)) {
      Log log = open(disk, config);
      write(log, 8);
      disk.failWrites();
      LogFencedException said = catchThrowableOfType(LogFencedException.class, () -> write(log, 1));
      assertThat(((StorageException) said.getCause()).category())
          .isEqualTo(access == Access.DIRECT ? Category.WRITE_FAILED : Category.SYNC_FAILED);
      disk.heal();
      assertThat(log.durableLsn()).isEqualTo(8);
      assertThatThrownBy(log::sync).isInstanceOf(LogFencedException.class);
      log.close();
      long durable;
      try (Log again = open(disk, config)) {
        durable = again.durableLsn();
        assertThat(durable).isGreaterThanOrEqualTo(8);
      }
      disk.mountAgain();
      try (Log last = open(disk, config)) {
        assertThat(LogProcess.holds(last, durable)).isTrue();
        write(last, 3);
        assertThat(LogProcess.holds(last, durable + 3)).isTrue();
      }
    }
  }

  @Test
  void aStalledDiskKeepsTheWriterWaitingAndReadersNot() throws Exception {
    try (FaultyDisk disk = new FaultyDisk(directory, 0);
        Log log = open(disk, CONFIG)) {
      write(log, 5);
      disk.stall();
      CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> write(log, 1));
      assertThatThrownBy(() -> waiting.get(1, TimeUnit.SECONDS))
          .isInstanceOf(TimeoutException.class);
      assertThat(LogProcess.holds(log, 5)).isTrue();
      assertThat(log.durableLsn()).isEqualTo(5);
      disk.goOn();
      waiting.get(30, TimeUnit.SECONDS);
      assertThat(log.durableLsn()).isEqualTo(6);
    }
  }

  @Test
  void aSlowDiskIsSlowAndNothingElse() throws Exception {
    try (FaultyDisk disk = new FaultyDisk(directory, SLOW_MILLIS);
        Log log = open(disk, CONFIG)) {
      long before = System.nanoTime();
      write(log, 10);
      assertThat(System.nanoTime() - before)
          .as("it was slow")
          .isGreaterThan(TimeUnit.MILLISECONDS.toNanos(10 * SLOW_MILLIS));
      assertThat(LogProcess.holds(log, 10)).isTrue();
    }
  }
}
