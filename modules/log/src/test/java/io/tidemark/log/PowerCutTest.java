package io.tidemark.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.log.LogProcess.Work;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Power cuts by shutdown of a real file system under a process that appends, rolls, notes and
/// trims, through the page cache, past it, and through a journal: nothing that it said to be
/// durable is missing.
///
/// 500 of them, half on each file system, in at most 15 minutes:
///
/// ```text
///   mvn verify -pl modules/log -am -Dtest=PowerCutTest -Dsurefire.failIfNoSpecifiedTests=false \
///     -Dtidemark.cuts=500 -Dtidemark.seconds=900
/// ```
@Timeout(value = 1200, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class PowerCutTest {
  private static final List<Work> WORKS =
      List.of(Work.WRITE, Work.WRITE_DIRECT, Work.WRITE_JOURNALED);
  private static final int LEAST_CUTS = 26;
  private static final int CUTS = Integer.getInteger("tidemark.cuts", 2 * LEAST_CUTS) / 2;
  private static final long SECONDS = Long.getLong("tidemark.seconds", 300) / 2;

  @TempDir private Path directory;

  @Test
  void ext4() throws Exception {
    cuts("ext4", 64, "-F");
  }

  @Test
  void xfs() throws Exception {
    cuts("xfs", 320);
  }

  /// Without it nobody knows that these tests can fail.
  @Test
  void aProcessThatSaysDurableTooEarlyIsFoundOut() throws Exception {
    LoopDisk.needs("xfs_io", "-V");
    try (LoopDisk disk = LoopDisk.of(directory, "ext4", 64, "-F")) {
      boolean found = false;
      for (int cuts = 0; cuts < 20 && !found; cuts++) {
        found = !keepsItsWord(disk.path().resolve("log-" + cuts), disk, Work.LIE, 20 + cuts);
      }
      assertThat(found).isTrue();
    }
  }

  private void cuts(String kind, int mebibytes, String... options) throws Exception {
    LoopDisk.needs("xfs_io", "-V");
    try (LoopDisk disk = LoopDisk.of(directory, kind, mebibytes, options)) {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
      int cuts = 0;
      while (cuts < CUTS && System.nanoTime() - end < 0) {
        Work work = WORKS.get(cuts % WORKS.size());
        Path log = disk.path().resolve("log-" + work);
        assertThat(keepsItsWord(log, disk, work, 5 + cuts * 7 % 60)).as("cut %d", cuts).isTrue();
        cuts++;
      }
      System.out.printf("%d power cuts on %s, nothing durable is lost%n", cuts, kind);
      assertThat(cuts).as("in %d seconds", SECONDS).isGreaterThanOrEqualTo(LEAST_CUTS);
    }
  }

  /// Lets a process say `lines` lines and cuts the power; whether all that it said is there then.
  private static boolean keepsItsWord(Path path, LoopDisk disk, Work work, int lines)
      throws Exception {
    Process process = LogProcess.start(path, work, List.of());
    long said = 0;
    try (BufferedReader output = process.inputReader(StandardCharsets.US_ASCII)) {
      for (int i = 0; i < lines; i++) {
        said = Long.parseLong(Optional.ofNullable(output.readLine()).orElseThrow());
      }
      // First: else a sync in flight may be answered with success by what is no disk any more.
      Tool.must("kill", "-STOP", Long.toString(process.pid()));
      disk.shutDown();
      said = Math.max(said, lastLine(process, output));
    } finally {
      process.destroyForcibly().waitFor();
    }
    disk.mountAgain();
    return LogProcess.holds(path, work, said);
  }

  /// What it said meanwhile. The very last line may be half of one, which is a lower number.
  private static long lastLine(Process process, BufferedReader output)
      throws IOException, InterruptedException {
    // By its handle: the process itself would take its output away.
    process.toHandle().destroyForcibly();
    process.waitFor();
    long last = 0;
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      last = line.isEmpty() ? last : Math.max(last, Long.parseLong(line));
    }
    return last;
  }
}
