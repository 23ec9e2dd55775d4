package io.tidemark.simkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.storage.Directory;
import io.tidemark.storage.StorageException;
import io.tidemark.storage.StorageException.Category;
import io.tidemark.storage.StoredFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The contract of [Directory] and [StoredFile], which every implementation keeps.
abstract class DirectoryContract {
  /// A new, empty directory.
  abstract Directory directory();

  static ByteBuffer text(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  static String textOf(StoredFile file) {
    ByteBuffer target = ByteBuffer.allocate(Math.toIntExact(file.lengthBytes()));
    file.read(target, 0);
    return new String(target.array(), StandardCharsets.US_ASCII);
  }

  static void put(Directory directory, String name, String content) {
    try (StoredFile file = directory.create(name)) {
      file.write(text(content), 0);
    }
  }

  static String get(Directory directory, String name) {
    try (StoredFile file = directory.open(name)) {
      return textOf(file);
    }
  }

  static void assertRefused(Category category, ThrowingCallable step) {
    assertThatThrownBy(step)
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.category()).isEqualTo(category));
  }

  @Test
  void writesAreReadBackAtTheirPositions() {
    try (StoredFile file = directory().create("a")) {
      file.write(text("hello"), 0);
      file.write(text("LL"), 2);
      assertThat(textOf(file)).isEqualTo("heLLo");
      file.write(text("!"), 8);
      assertThat(file.lengthBytes()).isEqualTo(9);
      assertThat(textOf(file)).isEqualTo("heLLo\0\0\0!");
    }
  }

  @Test
  void writeTakesWhatRemainsOfTheBufferAndAnyKindOfIt() {
    ByteBuffer direct = ByteBuffer.allocateDirect(8).put(text("--cde---"));
    direct.position(2).limit(5);
    try (StoredFile file = directory().create("a")) {
      file.write(direct, 1);
      assertThat(direct.hasRemaining()).isFalse();
      file.write(direct, 100);
      file.write(text("a").asReadOnlyBuffer(), 0);
      assertThat(textOf(file)).isEqualTo("acde");
    }
  }

  @Test
  void readStopsAtTheEndOfFileOrBuffer() {
    Directory directory = directory();
    put(directory, "a", "hello");
    try (StoredFile file = directory.open("a")) {
      ByteBuffer target = ByteBuffer.allocate(3);
      assertThat(file.read(target, 1)).isEqualTo(3);
      assertThat(target.array()).isEqualTo(text("ell").array());
      assertThat(file.read(target.clear(), 4)).isEqualTo(1);
      assertThat(target.position()).isEqualTo(1);
      assertThat(file.read(target, 5)).isZero();
      assertThat(file.read(target, 1L << 40)).isZero();
    }
  }

  @Test
  void negativePositionIsTheCallersMistake() {
    try (StoredFile file = directory().create("a")) {
      assertThatIllegalArgumentException().isThrownBy(() -> file.write(text("x"), -1));
      assertThatIllegalArgumentException().isThrownBy(() -> file.read(text("x"), -1));
    }
  }

  @Test
  void largeFileGrows() {
    byte[] block = new byte[100_000];
    try (StoredFile file = directory().create("a")) {
      for (int i = 0; i < 10; i++) {
        block[0] = (byte) i;
        file.write(ByteBuffer.wrap(block), (long) i * block.length);
      }
      file.sync();
      ByteBuffer one = ByteBuffer.allocate(1);
      assertThat(file.read(one, 900_000)).isEqualTo(1);
      assertThat(one.get(0)).isEqualTo((byte) 9);
    }
  }

  @Test
  void closedFileRefuses() {
    StoredFile file = directory().create("a");
    file.close();
    file.close();
    assertRefused(Category.REFUSED, () -> file.write(text("x"), 0));
    assertRefused(Category.REFUSED, () -> file.read(ByteBuffer.allocate(1), 0));
    assertRefused(Category.REFUSED, file::lengthBytes);
    assertRefused(Category.REFUSED, file::sync);
  }

  @Test
  void listIsSortedAndKnowsFilesFromChildren() {
    Directory directory = directory();
    put(directory, "b", "");
    put(directory, "a", "");
    directory.child("z");
    directory.child("y");
    assertThat(directory.list()).containsExactly("a", "b");
    assertThat(directory.children()).containsExactly("y", "z");
  }

  @Test
  void aChildGetsAnotherNameWithAllThatIsInIt() {
    Directory directory = directory();
    put(directory.child("y"), "a", "hello");
    directory.child("z");
    put(directory, "b", "");
    assertRefused(Category.MISSING, () -> directory.renameChild("x", "w"));
    assertRefused(Category.MISSING, () -> directory.renameChild("b", "w"));
    assertRefused(Category.EXISTS, () -> directory.renameChild("y", "z"));
    assertRefused(Category.EXISTS, () -> directory.renameChild("y", "b"));
    directory.renameChild("y", "w");
    assertThat(directory.children()).containsExactly("w", "z");
    assertThat(get(directory.child("w"), "a")).isEqualTo("hello");
    put(directory.child("y"), "a", "again");
    assertThat(get(directory.child("w"), "a")).isEqualTo("hello");
  }

  @Test
  void takenNameExists() {
    Directory directory = directory();
    put(directory, "a", "old");
    assertRefused(Category.EXISTS, () -> directory.create("a"));
    assertRefused(Category.EXISTS, () -> directory.child("a"));
    directory.child("c");
    assertRefused(Category.EXISTS, () -> directory.create("c"));
    assertThat(get(directory, "a")).isEqualTo("old");
  }

  @Test
  void unknownNameIsMissing() {
    Directory directory = directory();
    assertRefused(Category.MISSING, () -> directory.open("a"));
    assertRefused(Category.MISSING, () -> directory.delete("a"));
    assertRefused(Category.MISSING, () -> directory.rename("a", "b"));
    assertThat(directory.list()).isEmpty();
  }

  @Test
  void renameReplacesWhatHadTheName() {
    Directory directory = directory();
    put(directory, "a", "new");
    put(directory, "b", "old");
    directory.rename("a", "b");
    directory.sync();
    assertThat(directory.list()).containsExactly("b");
    assertThat(get(directory, "b")).isEqualTo("new");
    directory.rename("b", "b");
    assertThat(get(directory, "b")).isEqualTo("new");
  }

  @Test
  void openFileFollowsItsRenameAndOutlivesItsName() {
    Directory directory = directory();
    try (StoredFile file = directory.create("a")) {
      directory.rename("a", "b");
      file.write(text("x"), 0);
      file.sync();
      assertThat(get(directory, "b")).isEqualTo("x");
      directory.delete("b");
      file.write(text("y"), 1);
      assertThat(textOf(file)).isEqualTo("xy");
    }
    assertThat(directory.list()).isEmpty();
  }

  @Test
  void childIsTheSameDirectoryEachTime() {
    Directory directory = directory();
    put(directory.child("c"), "a", "deep");
    directory.child("c").sync();
    directory.sync();
    assertThat(get(directory.child("c"), "a")).isEqualTo("deep");
    assertThat(directory.list()).isEmpty();
  }

  @Test
  void renameAndDeleteAreForFilesOnly() {
    Directory directory = directory();
    directory.child("c");
    put(directory, "a", "");
    assertRefused(Category.MISSING, () -> directory.delete("c"));
    assertRefused(Category.MISSING, () -> directory.rename("c", "d"));
    assertRefused(Category.MISSING, () -> directory.open("c"));
    assertRefused(Category.REFUSED, () -> directory.rename("a", "c"));
    assertThat(directory.children()).containsExactly("c");
    assertThat(directory.list()).containsExactly("a");
  }

  @Test
  void lockRefusesTheSecondTakerUntilItIsClosed() {
    Directory directory = directory();
    Directory.Lock lock = directory.lock();
    assertRefused(Category.IN_USE, directory::lock);
    assertRefused(Category.IN_USE, directory::lock);
    lock.close();
    try (Directory.Lock second = directory.lock()) {
      lock.close();
      assertThat(second).isNotNull();
      assertRefused(Category.IN_USE, directory::lock);
    }
    directory.child("c").lock().close();
  }

  @Test
  void lockIsNotAFileOfTheDirectory() {
    Directory directory = directory();
    directory.lock();
    assertThat(directory.list()).isEmpty();
    assertThatIllegalArgumentException().isThrownBy(() -> directory.open("lock"));
    assertThatIllegalArgumentException().isThrownBy(() -> directory.delete("lock"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "../a", "a/b", "/a"})
  void onlySimpleNamesAreNames(String name) {
    Directory directory = directory();
    put(directory, "a", "");
    assertThatIllegalArgumentException().isThrownBy(() -> directory.create(name));
    assertThatIllegalArgumentException().isThrownBy(() -> directory.open(name));
    assertThatIllegalArgumentException().isThrownBy(() -> directory.delete(name));
    assertThatIllegalArgumentException().isThrownBy(() -> directory.child(name));
    assertThatIllegalArgumentException().isThrownBy(() -> directory.rename("a", name));
    assertThatIllegalArgumentException().isThrownBy(() -> directory.rename(name, "b"));
  }
}
