package io.tidemark.storage;

/// The disk, or what holds it, refused. The category says what can still be done.
public final class StorageException extends RuntimeException {
  /// What went wrong, by what the owner may do about it.
  public enum Category {
    /// No room, or no inode: nothing of the request holds; it may work later.
    FULL,
    /// A write failed or came up short: the bytes of its range are unknown.
    WRITE_FAILED,
    /// A sync failed: everything since the last successful one is unknown, for good.
    SYNC_FAILED,
    /// A read failed.
    READ_FAILED,
    /// The name is taken.
    EXISTS,
    /// There is no such name.
    MISSING,
    /// Another owner has the directory.
    IN_USE,
    /// Permission, read-only file system, closed file, or anything else that does not pass by
    /// itself.
    REFUSED
  }

  private final Category category;

  public StorageException(Category category, String message, Throwable cause) {
    super(message, cause);
    this.category = category;
  }

  public StorageException(Category category, String message) {
    this(category, message, null);
  }

  /// What the owner may do about it.
  public Category category() {
    return category;
  }
}
