package io.tidemark.storage;

import io.tidemark.storage.StorageException.Category;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/// The only orders of steps in which a name changes and survives a power cut.
///
/// Crash story: a rename that was not followed by a sync of its directory came back undone in every
/// power cut tried on ext4 and XFS, and took a vote with it. So each method returns only after file
/// and directory are synced.
public final class DurableNames {
  private static final int MAX_BLOCK_BYTES = 1 << 16;

  // One for all: a buffer per file would be garbage outside the heap, which nobody collects in
  // time.
  private static final ByteBuffer ZEROS =
      ByteBuffer.allocateDirect((1 << 18) + MAX_BLOCK_BYTES)
          .alignedSlice(MAX_BLOCK_BYTES)
          .limit(1 << 18)
          .slice()
          .asReadOnlyBuffer();

  // The page cache keeps what was written at once as one piece, and ext4 looks at all blocks of a
  // piece for each small write into it: 40 % of the time of 1,000 logs that append 100 bytes each,
  // with pieces of 256 KiB. Small pieces make appends slower that are not synced: of 16 KiB by
  // half.
  private static final int BUFFERED_CHUNK_BYTES = 1 << 16;

  private static final String UNFINISHED = ".new";

  private DurableNames() {}

  /// A new file of `lengthBytes` real zeros under `name`, made as by [#replaceZeroed];
  /// [Category#EXISTS] if the name is taken.
  public static StoredFile createZeroed(Directory directory, String name, long lengthBytes) {
    if (directory.list().contains(name)) {
      throw new StorageException(
          Category.EXISTS, "create failed: " + directory.describe() + "/" + name);
    }
    replaceZeroed(directory, name, Access.BUFFERED, lengthBytes);
    return directory.open(name);
  }

  /// Makes a file of `lengthBytes` real zeros under `name`.
  ///
  /// Real zeros and not a hole or an allocated extent, so that later writes change no metadata and
  /// a failed sync cannot take the blocks away. It appears under its name only when whole, and
  /// takes the place of the file that had it.
  public static void replaceZeroed(
      Directory directory, String name, Access access, long lengthBytes) {
    String unfinished = name + UNFINISHED;
    deleteIfThere(directory, unfinished);
    try (StoredFile file = directory.create(unfinished, access)) {
      writeZeros(file, lengthBytes);
      file.sync();
    }
    directory.rename(unfinished, name);
    directory.sync();
  }

  private static void writeZeros(StoredFile file, long lengthBytes) {
    int chunk = file.blockBytes() > 1 ? ZEROS.capacity() : BUFFERED_CHUNK_BYTES;
    for (long position = 0; position < lengthBytes; position += chunk) {
      int count = (int) Math.min(chunk, lengthBytes - position);
      file.write(ZEROS.slice(0, count), position);
    }
  }

  /// Puts `head` at the start of the file `from` and gives it the name `to`, replacing the file
  /// that had it: after a crash `to` is the old file or the new one with its head. `head` is not
  /// consumed.
  public static StoredFile adopt(
      Directory directory, String from, String to, Access access, ByteBuffer head) {
    try (StoredFile file = directory.open(from, access)) {
      file.write(head.duplicate(), 0);
      file.sync();
    }
    directory.rename(from, to);
    directory.sync();
    return directory.open(to, access);
  }

  /// Replaces the file `name`, or makes it, with `content`: after a crash it is the old or the new
  /// one. `content` is not consumed.
  public static void replace(Directory directory, String name, ByteBuffer content) {
    replace(directory, name, file -> file.write(content.duplicate(), 0));
  }

  /// The same with what `writer` writes, which need not be in memory at once. If that throws, the
  /// old file stays.
  public static void replace(Directory directory, String name, Consumer<StoredFile> writer) {
    String unfinished = name + UNFINISHED;
    deleteIfThere(directory, unfinished);
    try (StoredFile file = directory.create(unfinished)) {
      writer.accept(file);
      file.sync();
    }
    directory.rename(unfinished, name);
    directory.sync();
  }

  /// Removes `name` for good.
  public static void delete(Directory directory, String name) {
    directory.delete(name);
    directory.sync();
  }

  /// Removes what an interrupted [#replaceZeroed] or [#replace] left behind, and makes the names
  /// that are seen durable; the first thing to do with a directory.
  ///
  /// Crash story: a process was killed between rename and sync. The next one saw the new name,
  /// built on it, and a power cut then brought the old name back.
  public static void deleteUnfinished(Directory directory) {
    for (String name : directory.list()) {
      if (name.endsWith(UNFINISHED)) {
        directory.delete(name);
      }
    }
    directory.sync();
  }

  /// Opens or makes the child directory `name`, durable on return.
  ///
  /// It is synced also when it was there: whoever made it may have been killed before its sync.
  public static Directory child(Directory directory, String name) {
    Directory child = directory.child(name);
    directory.sync();
    return child;
  }

  private static void deleteIfThere(Directory directory, String name) {
    if (directory.list().contains(name)) {
      directory.delete(name);
    }
  }
}
