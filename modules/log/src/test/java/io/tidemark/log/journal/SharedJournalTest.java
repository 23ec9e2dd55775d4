package io.tidemark.log.journal;

import static io.tidemark.log.journal.JournalTest.CONFIG;
import static io.tidemark.log.journal.JournalTest.FILE_BYTES;
import static io.tidemark.log.journal.JournalTest.bytes;
import static io.tidemark.log.journal.JournalTest.file;
import static io.tidemark.log.journal.JournalTest.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.foundation.Chance;
import io.tidemark.simkit.ForwardingDirectory;
import io.tidemark.simkit.ForwardingFile;
import io.tidemark.storage.Directory;
import io.tidemark.storage.FileSystemDirectory;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Several threads that write through one journal.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class SharedJournalTest {
  /// Holds up the syncs of the journal while it is closed.
  private static final class Gated extends ForwardingDirectory {
    private final Semaphore gate;

    Gated(Directory directory, Semaphore gate) {
      super(directory);
      this.gate = gate;
    }

    @Override
    public Directory child(String name) {
      return name.equals(Journal.NAME) ? new Gated(super.child(name), gate) : super.child(name);
    }

    @Override
    protected StoredFile handOut(String name, StoredFile file) {
      return new ForwardingFile(file) {
        @Override
        public void sync() {
          gate.acquireUninterruptibly();
          try {
            super.sync();
          } finally {
            gate.release();
          }
        }
      };
    }
  }

  @Test
  void whoComesDuringASyncIsAnsweredByTheNextWhichIsOneForAll(@TempDir Path path) throws Exception {
    Semaphore gate = new Semaphore(1);
    Directory root = new Gated(FileSystemDirectory.at(path), gate);
    try (Journal journal = Journal.open(root, CONFIG);
        ExecutorService owners = Executors.newVirtualThreadPerTaskExecutor()) {
      List<StoredFile> files =
          List.of(file(journal, "a"), file(journal, "b"), file(journal, "c"), file(journal, "d"));
      long before = journal.rounds();
      List<Future<?>> syncs = new ArrayList<>();
      gate.acquire();
      try {
        syncs.add(owners.submit(() -> write(files.get(0), 1)));
        await().until(gate::hasQueuedThreads);
        files.subList(1, 4).forEach(file -> syncs.add(owners.submit(() -> write(file, 1))));
        await().until(() -> journal.writes() == 4);
        await()
            .during(Duration.ofMillis(100))
            .until(() -> syncs.stream().noneMatch(Future::isDone));
      } finally {
        gate.release();
      }
      for (Future<?> sync : syncs) {
        sync.get();
      }
      assertThat(journal.rounds() - before).isEqualTo(2);
      files.forEach(StoredFile::close);
    }
  }

  @Test
  void manyThreadsShareIt(@TempDir Path path) throws Exception {
    int threads = 8;
    int writes = 400;
    Directory root = FileSystemDirectory.at(path);
    try (ExecutorService background = Executors.newSingleThreadExecutor();
        ExecutorService owners = Executors.newVirtualThreadPerTaskExecutor()) {
      try (Journal journal = Journal.open(root, CONFIG, background)) {
        journal.directory("files");
        List<Future<byte[]>> written = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
          int seed = i;
          written.add(owners.submit(() -> writeByChance(journal, seed, writes)));
        }
        for (int i = 0; i < threads; i++) {
          byte[] expected = written.get(i).get();
          try (StoredFile file = root.child("files").open("file-" + i)) {
            ByteBuffer found = ByteBuffer.allocate(FILE_BYTES);
            file.read(found, 0);
            assertThat(found.array()).isEqualTo(expected);
          }
        }
        assertThat(journal.rounds()).isLessThan((long) threads * writes);
      }
      assertThat(Journal.isUnsettled(root)).isFalse();
    }
  }

  private static byte[] writeByChance(Journal journal, int seed, int writes) {
    Chance chance = new Chance(seed);
    byte[] content = new byte[FILE_BYTES];
    try (StoredFile file = file(journal, "file-" + seed)) {
      for (int i = 0; i < writes; i++) {
        int count = chance.between(1, chance.percent(5) ? 2000 : 500);
        int position = chance.below(FILE_BYTES - count);
        ByteBuffer bytes = bytes(count, i);
        System.arraycopy(bytes.array(), 0, content, position, count);
        file.write(bytes, position);
        file.sync();
      }
    }
    return content;
  }
}
