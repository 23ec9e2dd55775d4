package io.tidemark.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tidemark.storage.Access;
import io.tidemark.storage.FileSystemDirectory;
import io.tidemark.storage.StorageException;
import io.tidemark.storage.StorageException.Category;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What only real files, a real JVM and a real kernel show.
final class RealDiskTest {
  private static final int EXIT_ON_OUT_OF_MEMORY = 3;
  private static final LogConfig CONFIG = LogProcess.config();

  @TempDir Path directory;

  private static Log open(Path path) {
    return Log.open(FileSystemDirectory.at(path), CONFIG);
  }

  private static LoopDisk ext4(Path directory, int mebibytes, String... options) throws Exception {
    Optional<LoopDisk> made = LoopDisk.of(directory, "ext4", mebibytes, options);
    Assumptions.assumeTrue(made.isPresent(), "no loop device here");
    return made.get();
  }

  /// Crash story: one thread died of it, the process lived on without its writer.
  @Test
  void anOutOfMemoryErrorEndsTheProcessAndLosesNothing() throws Exception {
    Process process = LogProcess.start(directory.resolve("log"), "eat", "-Xmx48m");
    String said = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(EXIT_ON_OUT_OF_MEMORY);
    String[] lines = said.split("\n");
    long durable = Long.parseLong(lines[lines.length - 2].strip());
    try (Log log = open(directory.resolve("log"))) {
      assertThat(LogProcess.holds(log, durable)).isTrue();
    }
  }

  @Test
  void anInterruptedReaderReadsAndSpoilsNothingForOthers() {
    try (Log log = open(directory)) {
      log.append(LogProcess.next(log));
      log.sync();
      Thread.currentThread().interrupt();
      assertThat(log.read(1)).isInstanceOf(ReadResult.Found.class);
      assertThat(Thread.interrupted()).isTrue();
      log.append(LogProcess.next(log));
      log.sync();
      assertThat(LogProcess.holds(log, 2)).isTrue();
    }
  }

  @Test
  void anInterruptedWriterFencesAndTheLogOpensAgain() {
    Log log = open(directory);
    log.append(LogProcess.next(log));
    log.sync();
    Batch next = LogProcess.next(log);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> log.append(next)).isInstanceOf(LogFencedException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThatThrownBy(log::sync).isInstanceOf(LogFencedException.class);
    log.close();
    try (Log again = open(directory)) {
      assertThat(LogProcess.holds(again, 1)).isTrue();
    }
  }

  @Test
  void aFullDiskRefusesServesAndTakesRecordsAgain() throws Exception {
    try (LoopDisk disk = ext4(directory, 8, "-F")) {
      Log log = open(disk.path().resolve("log"));
      Path ballast = disk.path().resolve("ballast");
      Files.write(ballast, new byte[1 << 20]);
      StorageException full = fill(log);
      assertThat(full.category()).isEqualTo(Category.FULL);
      log.sync();
      long last = log.appendedLsn();
      assertThat(LogProcess.holds(log, last)).isTrue();
      Files.delete(ballast);
      for (int i = 0; i < 200; i++) {
        log.append(LogProcess.next(log));
      }
      log.close();
      try (Log again = open(disk.path().resolve("log"))) {
        assertThat(LogProcess.holds(again, last + 200)).isTrue();
      }
    }
  }

  private static StorageException fill(Log log) {
    return catchThrowableOfType(
        StorageException.class,
        () -> {
          while (true) {
            log.append(LogProcess.next(log));
          }
        });
  }

  @Test
  void noInodesLeftIsAFullDisk() throws Exception {
    try (LoopDisk disk = ext4(directory, 16, "-F", "-N", "24")) {
      Log log = open(disk.path().resolve("log"));
      StorageException full = fill(log);
      assertThat(full.category()).isEqualTo(Category.FULL);
      log.sync();
      assertThat(LogProcess.holds(log, log.appendedLsn())).isTrue();
      log.trimBelow(log.appendedLsn());
      log.append(LogProcess.next(log));
      log.close();
    }
  }

  @Test
  void aReadOnlyDiskIsANamedState() throws Exception {
    try (LoopDisk disk = ext4(directory, 16, "-F")) {
      Path path = disk.path().resolve("log");
      try (Log log = open(path)) {
        log.append(LogProcess.next(log));
      }
      disk.remountReadOnly();
      StorageException refused =
          catchThrowableOfType(StorageException.class, () -> open(path).close());
      assertThat(refused.category()).isEqualTo(Category.REFUSED);
    }
  }

  /// The size of the page cache of one file is asked of `fincore`.
  @Test
  void directAccessLeavesThePageCacheAloneAndReadsBack() throws Exception {
    LogConfig direct = CONFIG.withAccess(Access.DIRECT);
    Path path = Files.createDirectories(Path.of("target", "direct-" + System.nanoTime()));
    try (Log log = Log.open(FileSystemDirectory.at(path), direct)) {
      for (int i = 0; i < 40; i++) {
        log.append(LogProcess.next(log));
        log.sync();
      }
      assertThat(LogProcess.holds(log, 40)).isTrue();
      assertThat(cachedBytes(path)).isZero();
    } catch (StorageException e) {
      Assumptions.abort("no direct access here: " + e.getMessage());
    }
  }

  private static long cachedBytes(Path path) throws Exception {
    String file = path.resolve(SegmentHeader.fileName(1)).toString();
    Process process = new ProcessBuilder("fincore", "-nbo", "res", file).start();
    String said = new String(process.getInputStream().readAllBytes()).strip();
    Assumptions.assumeTrue(process.waitFor() == 0, "no fincore here");
    return Long.parseLong(said);
  }
}
