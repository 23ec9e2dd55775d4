package io.tidemark.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.storage.FileSystemDirectory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Readers beside the writing thread, on real files: over rolls, and while records are truncated.
final class ConcurrentReadTest {
  private static final LogConfig CONFIG =
      LogConfig.defaults(82, 0).withSizes(24576, 2048).withIndexStride(512);

  private final AtomicBoolean done = new AtomicBoolean();

  @Test
  void readersSeeWholeBatchesOnly(@TempDir Path path) throws Exception {
    try (Log log = Log.open(FileSystemDirectory.at(path), CONFIG);
        ExecutorService readers = Executors.newFixedThreadPool(3)) {
      List<Future<Long>> found = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        long stride = 1 + 2L * i;
        found.add(readers.submit(() -> readUntilDone(log, stride)));
      }
      try {
        appendAndTruncate(log);
      } finally {
        done.set(true);
      }
      for (Future<Long> one : found) {
        assertThat(one.get()).isPositive();
      }
    }
  }

  private static void appendAndTruncate(Log log) {
    Batches batches = new Batches();
    for (int round = 0; round < 30; round++) {
      batches.epoch(round + 1L);
      for (int i = 0; i < 20; i++) {
        log.append(batches.next(2, 1 + i % 3, 200));
      }
      log.sync();
      List<Batch> all = batches.all();
      long lsn = all.get(all.size() - 30).lastLsn();
      log.truncateAfter(lsn);
      batches.truncateAfter(lsn);
    }
    assertThat(Batches.in(log)).isEqualTo(batches.all());
  }

  private long readUntilDone(Log log, long stride) {
    long found = 0;
    long lsn = 1;
    while (!done.get()) {
      long appendedBefore = log.appendedLsn();
      switch (log.read(lsn)) {
        case ReadResult.Found(Batch batch) -> {
          assertThat(batch.baseLsn()).isLessThanOrEqualTo(lsn);
          assertThat(batch.lastLsn()).isGreaterThanOrEqualTo(lsn);
          found++;
          lsn += stride;
        }
        case ReadResult.BeyondAppended _ -> lsn = Math.max(1, appendedBefore - 40);
        case ReadResult.BelowFirstLsn(long firstLsn) -> throw new AssertionError(firstLsn);
      }
    }
    return found;
  }
}
