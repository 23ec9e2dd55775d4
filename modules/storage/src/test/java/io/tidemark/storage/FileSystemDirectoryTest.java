package io.tidemark.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tidemark.storage.StorageException.Category;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What only the real file system can show; the common contract is tested in `simkit`, against both
/// implementations.
class FileSystemDirectoryTest {
  @TempDir private Path path;

  private static void assertRefused(Category category, ThrowingCallable step) {
    assertThatThrownBy(step)
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> {
              assertThat(e.category()).isEqualTo(category);
              assertThat(e).hasMessageContaining("/");
            });
  }

  private static ByteBuffer someBytes() {
    return ByteBuffer.allocate(16);
  }

  @Test
  void missingParentsAreMade() {
    Path deep = path.resolve("a/lock/c");
    FileSystemDirectory directory = FileSystemDirectory.at(deep);
    assertThat(deep).isDirectory();
    assertThat(directory.describe()).isEqualTo(deep.toString());
    assertThat(FileSystemDirectory.at(deep).list()).isEmpty();
  }

  @Test
  void fileInTheWayExists() throws IOException {
    Path file = Files.createFile(path.resolve("a"));
    assertRefused(Category.EXISTS, () -> FileSystemDirectory.at(file));
    assertRefused(Category.EXISTS, () -> FileSystemDirectory.at(path).create("a"));
  }

  @Test
  void vanishedDirectoryIsMissing() throws IOException {
    Directory directory = FileSystemDirectory.at(path.resolve("a"));
    Files.delete(path.resolve("a"));
    assertRefused(Category.MISSING, directory::list);
    assertRefused(Category.SYNC_FAILED, directory::sync);
    assertRefused(Category.MISSING, () -> directory.create("b"));
  }

  @Test
  void fullDeviceIsFull() {
    assumeThat(Path.of("/dev/full")).exists().isWritable();
    try (StoredFile full = FileSystemDirectory.at(Path.of("/dev")).open("full")) {
      assertRefused(Category.FULL, () -> full.write(someBytes(), 0));
    }
  }

  /// An interrupt closes the channel under the writer: the bytes are unknown, not merely refused.
  @Test
  void interruptedWriteIsAFailedWrite() {
    try (StoredFile file = FileSystemDirectory.at(path).create("a")) {
      Thread.currentThread().interrupt();
      assertRefused(Category.WRITE_FAILED, () -> file.write(someBytes(), 0));
      assertThat(Thread.interrupted()).isTrue();
      assertRefused(Category.REFUSED, () -> file.write(someBytes(), 0));
    }
  }

  @Test
  void afterAFailedSyncEveryLaterOneFails() {
    try (StoredFile file = FileSystemDirectory.at(path).create("a")) {
      file.write(someBytes(), 0);
      Thread.currentThread().interrupt();
      assertRefused(Category.SYNC_FAILED, file::sync);
      assertThat(Thread.interrupted()).isTrue();
      assertRefused(Category.SYNC_FAILED, file::sync);
    }
  }
}
