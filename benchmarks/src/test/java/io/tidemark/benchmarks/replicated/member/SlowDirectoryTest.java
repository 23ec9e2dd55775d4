package io.tidemark.benchmarks.replicated.member;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tidemark.storage.Directory;
import io.tidemark.storage.FileSystemDirectory;
import io.tidemark.storage.StoredFile;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A delay that is not there would make a slow disk look harmless.
class SlowDirectoryTest {
  private static final long DELAY_NANOS = TimeUnit.MILLISECONDS.toNanos(30);

  @Test
  void delaysEverySyncFromTheMomentItIsTold(@TempDir Path path) {
    AtomicLong delay = new AtomicLong();
    Directory child = new SlowDirectory(FileSystemDirectory.at(path), delay).child("child");
    try (StoredFile made = child.create("file");
        StoredFile opened = child.open("file")) {
      delay.set(DELAY_NANOS);

      assertSlow(child::sync);
      assertSlow(made::sync);
      assertSlow(opened::sync);
    }
  }

  private static void assertSlow(Runnable sync) {
    long began = System.nanoTime();
    sync.run();
    long taken = System.nanoTime() - began;
    assertTrue(taken >= DELAY_NANOS, taken + " ns");
  }
}
