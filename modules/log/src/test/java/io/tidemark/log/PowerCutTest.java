package io.tidemark.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.storage.FileSystemDirectory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Power cuts by shutdown of a real file system under a process that appends: nothing that it said
/// to be durable is missing.
///
/// 500 of them: `mvn test -pl modules/log -am -Dtest=PowerCutTest -Dtidemark.cuts=500
/// -Dtidemark.seconds=600 -Dsurefire.failIfNoSpecifiedTests=false`.
final class PowerCutTest {
  private static final int CUTS = Integer.getInteger("tidemark.cuts", 50);
  private static final long SECONDS = Long.getLong("tidemark.seconds", 120);

  @Test
  void ext4(@TempDir Path directory) throws Exception {
    cuts(LoopDisk.of(directory, "ext4", 64, "-F"));
  }

  @Test
  void xfs(@TempDir Path directory) throws Exception {
    cuts(LoopDisk.of(directory, "xfs", 320));
  }

  private static void cuts(Optional<LoopDisk> made) throws Exception {
    Assumptions.assumeTrue(made.isPresent(), "no such file system here");
    try (LoopDisk disk = made.get()) {
      long end = System.nanoTime() + SECONDS * 1_000_000_000L;
      int cuts = 0;
      long durable = 0;
      while (cuts < CUTS && System.nanoTime() - end < 0) {
        durable = cut(disk, durable, 5 + cuts * 7 % 60);
        cuts++;
      }
      System.out.printf("%d power cuts, %d records durable, none lost%n", cuts, durable);
      assertThat(cuts).isPositive();
    }
  }

  /// Lets a process append `lines` times, cuts the power, and looks; returns what is durable then.
  private static long cut(LoopDisk disk, long before, int lines) throws Exception {
    Process process = LogProcess.start(disk.path().resolve("log"), "append");
    BufferedReader said =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
    long durable = before;
    for (int i = 0; i < lines; i++) {
      durable = Long.parseLong(Optional.ofNullable(said.readLine()).orElseThrow());
    }
    // First: else a sync in flight may be answered with success by what is no disk any more.
    signal(process, "STOP");
    disk.shutDown();
    process.destroyForcibly().waitFor();
    said.close();
    disk.mountAgain();
    try (Log log =
        Log.open(FileSystemDirectory.at(disk.path().resolve("log")), LogProcess.config())) {
      assertThat(LogProcess.holds(log, durable)).as("all %d", durable).isTrue();
      return log.durableLsn();
    }
  }

  private static void signal(Process process, String name)
      throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }
}
