package io.tidemark.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.storage.StorageException.Category;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// One directory has one owner, in this process and among processes, also after refusals and
/// garbage collections, each of which could close a channel and with it the lock.
@Timeout(30)
class LockFileTest {
  @TempDir private Path path;
  private Directory.Lock lock;

  @BeforeEach
  void take() {
    lock = FileSystemDirectory.at(path).lock();
  }

  @AfterEach
  void release() {
    lock.close();
  }

  private static void collectGarbage() {
    WeakReference<Object> sentinel = new WeakReference<>(new Object());
    while (sentinel.get() != null) {
      System.gc();
    }
  }

  private static Category refusal(Directory directory) {
    try {
      directory.lock().close();
    } catch (StorageException e) {
      return e.category();
    }
    throw new AssertionError("the lock was given twice");
  }

  private String answerOfAnotherProcess() throws IOException {
    try (LockingProcess other = LockingProcess.start(path)) {
      return other.answer();
    }
  }

  @Test
  void anotherProcessIsRefused() throws IOException {
    assertThat(answerOfAnotherProcess()).isEqualTo(Category.IN_USE.name());
    lock.close();
    assertThat(answerOfAnotherProcess()).isEqualTo(LockingProcess.TAKEN);
  }

  @Test
  void lockOfAnotherProcessIsRespectedUntilItDies() throws IOException {
    lock.close();
    try (LockingProcess other = LockingProcess.start(path)) {
      assertThat(other.answer()).isEqualTo(LockingProcess.TAKEN);
      assertThat(refusal(FileSystemDirectory.at(path))).isEqualTo(Category.IN_USE);
    }
    lock = FileSystemDirectory.at(path).lock();
  }

  @Test
  void refusedTakersDoNotTakeTheLockAway() throws IOException {
    for (int i = 0; i < 3; i++) {
      assertThat(refusal(FileSystemDirectory.at(path))).isEqualTo(Category.IN_USE);
    }
    collectGarbage();
    assertThat(answerOfAnotherProcess()).isEqualTo(Category.IN_USE.name());
  }

  @Test
  void directoryUnderAnotherPathIsTheSameDirectory() throws IOException {
    Path link = Files.createSymbolicLink(path.resolve("link"), path);
    assertThat(refusal(FileSystemDirectory.at(link))).isEqualTo(Category.IN_USE);
    assertThat(answerOfAnotherProcess()).isEqualTo(Category.IN_USE.name());
  }

  @Test
  void heldLockSurvivesGarbageCollection() {
    collectGarbage();
    assertThat(refusal(FileSystemDirectory.at(path))).isEqualTo(Category.IN_USE);
  }
}
