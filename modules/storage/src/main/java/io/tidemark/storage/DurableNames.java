package io.tidemark.storage;

import java.nio.ByteBuffer;

/// The only orders of steps in which a name changes and survives a power cut.
///
/// Crash story: a rename that was not followed by a sync of its directory came back undone in every
/// power cut tried on ext4 and XFS, and took a vote with it. So each method returns only after file
/// and directory are synced.
public final class DurableNames {
  private static final int ZEROS_BYTES = 1 << 18;
  private static final String UNFINISHED = ".new";

  private DurableNames() {}

  /// A new file of `lengthBytes` real zeros under `name`.
  ///
  /// Real zeros and not a hole or an allocated extent, so that later writes change no metadata and
  /// a failed sync cannot take the blocks away. It appears under its name only when whole.
  public static StoredFile createZeroed(
      Directory directory, String name, ByteBuffer head, long lengthBytes) {
    String unfinished = name + UNFINISHED;
    deleteIfThere(directory, unfinished);
    StoredFile file = directory.create(unfinished);
    try {
      ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(ZEROS_BYTES, lengthBytes));
      for (long position = 0; position < lengthBytes; position += zeros.capacity()) {
        zeros.clear().limit((int) Math.min(zeros.capacity(), lengthBytes - position));
        file.write(zeros, position);
      }
      file.write(head.duplicate(), 0);
      file.sync();
      directory.rename(unfinished, name);
      directory.sync();
      return file;
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /// Replaces the file `name`, or makes it, with `content`: after a crash it is the old or the new
  /// one.
  public static void replace(Directory directory, String name, ByteBuffer content) {
    String unfinished = name + UNFINISHED;
    deleteIfThere(directory, unfinished);
    try (StoredFile file = directory.create(unfinished)) {
      file.write(content, 0);
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

  /// Removes what an interrupted [#createZeroed] or [#replace] left behind.
  public static void deleteUnfinished(Directory directory) {
    boolean any = false;
    for (String name : directory.list()) {
      if (name.endsWith(UNFINISHED)) {
        directory.delete(name);
        any = true;
      }
    }
    if (any) {
      directory.sync();
    }
  }

  /// Opens or makes the child directory `name`, durable on return.
  public static Directory child(Directory directory, String name) {
    boolean there = directory.children().contains(name);
    Directory child = directory.child(name);
    if (!there) {
      child.sync();
      directory.sync();
    }
    return child;
  }

  private static void deleteIfThere(Directory directory, String name) {
    if (directory.list().contains(name)) {
      directory.delete(name);
    }
  }
}
