package io.tidemark.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is done to a disk happens, and ends: a fault that does nothing would prove nothing.
final class LoopDiskTest {
  private static final int LONG_MILLIS = 1_000;
  private static final int MANY_SECONDS = 60;
  private static final int BYTES = 4096;

  /// More than a full disk has left here and there.
  private static final int MANY_BYTES = 1 << 20;

  @TempDir private Path directory;
  private Undo undo;
  private LoopDisk disk;

  @BeforeEach
  void make() throws Exception {
    Needs.forFaultyDisks().ifPresent(Assumptions::abort);
    undo = new Undo();
    disk = LoopDisk.create(directory, true, undo);
    writeSynced("before");
  }

  @AfterEach
  void undo() {
    if (undo != null) {
      undo.close();
    }
  }

  @Test
  void aFullOneTakesNothingMore() throws Exception {
    disk.fill();
    assertThatThrownBy(() -> writeSynced("one", MANY_BYTES)).hasMessageContaining("No space left");
    disk.drain();
    writeSynced("other", MANY_BYTES);
  }

  @Test
  void oneWithoutPowerTakesNothingAndKeepsWhatWasSynced() throws Exception {
    disk.cutPower();
    assertThatThrownBy(() -> writeSynced("one")).isInstanceOf(IOException.class);
    disk.mountAgain();
    assertThat(disk.path().resolve("before")).hasSize(BYTES);
    writeSynced("other");
  }

  @Test
  void oneThatFailsSaysSo() throws Exception {
    disk.server().orElseThrow().failWrites();
    assertThatThrownBy(() -> writeSynced("one")).isInstanceOf(IOException.class);
    disk.server().orElseThrow().heal();
    disk.mountAgain();
    writeSynced("other");
  }

  @Test
  void oneThatIsStalledAnswersLater() throws Exception {
    disk.server().orElseThrow().stall();
    CompletableFuture<Void> written = CompletableFuture.runAsync(this::writeOne);
    assertThatThrownBy(() -> written.get(LONG_MILLIS, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    disk.server().orElseThrow().heal();
    written.get(MANY_SECONDS, TimeUnit.SECONDS);
  }

  private void writeOne() {
    try {
      writeSynced("one");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void writeSynced(String name) throws IOException {
    writeSynced(name, BYTES);
  }

  private void writeSynced(String name, int bytes) throws IOException {
    Files.write(
        disk.path().resolve(name),
        new byte[bytes],
        StandardOpenOption.CREATE,
        StandardOpenOption.WRITE,
        StandardOpenOption.DSYNC);
  }
}
