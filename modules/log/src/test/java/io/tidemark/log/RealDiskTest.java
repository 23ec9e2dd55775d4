package io.tidemark.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tidemark.log.LogProcess.Work;
import io.tidemark.storage.Access;
import io.tidemark.storage.FileSystemDirectory;
import io.tidemark.storage.StorageException;
import io.tidemark.storage.StorageException.Category;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What only real files, a real JVM and a real kernel show.
final class RealDiskTest {
  private static final int EXIT_ON_OUT_OF_MEMORY = 3;
  private static final int RECORDS = 1500;
  private static final LogConfig CONFIG = LogProcess.config();

  @TempDir private Path directory;

  private static Log open(Path path) {
    return Log.open(FileSystemDirectory.at(path), CONFIG);
  }

  private static String said(Process process) throws Exception {
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return said.strip();
  }

  /// Crash story: one thread died of it, the process lived on without its writer.
  @Test
  void anOutOfMemoryErrorEndsTheProcessAndLosesNothing() throws Exception {
    Path path = directory.resolve("log");
    Process process = LogProcess.start(path, Work.EAT, List.of(), "-Xmx48m");
    List<Long> durable =
        said(process).lines().filter(RealDiskTest::isNumber).map(Long::valueOf).toList();
    assertThat(process.exitValue()).isEqualTo(EXIT_ON_OUT_OF_MEMORY);
    assertThat(durable).hasSizeGreaterThan(10);
    try (Log log = open(path)) {
      assertThat(LogProcess.holds(log, Collections.max(durable))).isTrue();
    }
  }

  private static boolean isNumber(String line) {
    return line.chars().allMatch(Character::isDigit);
  }

  @Test
  void withoutDescriptorsTheLogIsFencedAndLosesNothing() throws Exception {
    LoopDisk.needs("prlimit", "--version");
    Path path = directory.resolve("log");
    Process process = LogProcess.start(path, Work.STARVE, List.of("prlimit", "--nofile=256"));
    List<String> lines = said(process).lines().toList();
    assertThat(process.exitValue()).isZero();
    assertThat(lines.get(2)).contains("Too many open files");
    assertThat(lines.get(3)).contains("fenced by", "Too many open files");
    assertThat(lines.get(4)).contains("fenced by", "Too many open files");
    try (Log log = open(path)) {
      assertThat(LogProcess.holds(log, Long.parseLong(lines.get(5)))).isTrue();
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
    try (LoopDisk disk = LoopDisk.of(directory, "ext4", 8, "-F")) {
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

  /// Nor can a floor be noted then, so nothing can be trimmed until somebody else gives one back.
  @Test
  void noInodesLeftIsAFullDisk() throws Exception {
    try (LoopDisk disk = LoopDisk.of(directory, "ext4", 16, "-F", "-N", "24")) {
      Log log = open(disk.path().resolve("log"));
      Path ballast = Files.createFile(disk.path().resolve("ballast"));
      assertThat(fill(log).category()).isEqualTo(Category.FULL);
      long last = log.appendedLsn();
      StorageException refused =
          catchThrowableOfType(StorageException.class, () -> log.trimBelow(last));
      assertThat(refused.category()).isEqualTo(Category.FULL);
      log.sync();
      assertThat(log.firstLsn()).isEqualTo(1);
      assertThat(LogProcess.holds(log, last)).isTrue();
      Files.delete(ballast);
      assertThat(log.trimBelow(last)).isGreaterThan(1);
      log.append(LogProcess.next(log));
      log.close();
      try (Log again = open(disk.path().resolve("log"))) {
        assertThat(again.read(last)).isInstanceOf(ReadResult.Found.class);
        assertThat(again.appendedLsn()).isEqualTo(last + 1);
      }
    }
  }

  @Test
  void aReadOnlyDiskIsANamedState() throws Exception {
    try (LoopDisk disk = LoopDisk.of(directory, "ext4", 16, "-F")) {
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

  /// The size of the page cache of each file is asked of `fincore`.
  @Test
  void pastThePageCacheItGrowsByNoMoreThanAHundredth() throws Exception {
    LoopDisk.needs("fincore", "--version");
    long written;
    try (LoopDisk disk = LoopDisk.of(directory, "ext4", 64, "-F")) {
      Path path = disk.path().resolve("log");
      try (Log log = Log.open(FileSystemDirectory.at(path), CONFIG.withAccess(Access.DIRECT))) {
        for (int i = 0; i < RECORDS; i++) {
          log.append(LogProcess.next(log));
          log.sync();
        }
        assertThat(LogProcess.holds(log, RECORDS)).isTrue();
        written = log.extent().segments().size() * CONFIG.segmentBytes();
        assertThat(written).isGreaterThan(1 << 20);
        assertThat(cachedBytes(path)).isLessThanOrEqualTo(written / 100);
      }
      Path other = disk.path().resolve("buffered");
      try (Log log = open(other)) {
        log.append(LogProcess.next(log));
        assertThat(cachedBytes(other)).as("what is asked").isPositive();
      }
    }
  }

  private static long cachedBytes(Path path) {
    return FileSystemDirectory.at(path).list().stream()
        .map(name -> Tool.must("fincore", "-nbo", "res", path.resolve(name).toString()))
        .mapToLong(Long::parseLong)
        .sum();
  }
}
