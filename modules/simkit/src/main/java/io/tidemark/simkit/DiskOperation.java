package io.tidemark.simkit;

import io.tidemark.storage.StorageException.Category;

/// What a program asks of a [SimulatedDisk], and how the disk says no.
public enum DiskOperation {
  CREATE(true, Category.REFUSED),
  OPEN(false, Category.REFUSED),
  READ(false, Category.READ_FAILED),
  WRITE(true, Category.WRITE_FAILED),
  SYNC(true, Category.SYNC_FAILED),
  RENAME(true, Category.REFUSED),
  DELETE(true, Category.REFUSED),
  MAKE_CHILD(true, Category.REFUSED),
  SYNC_DIRECTORY(true, Category.SYNC_FAILED);

  private final boolean mutating;
  private final Category failure;

  DiskOperation(boolean mutating, Category failure) {
    this.mutating = mutating;
    this.failure = failure;
  }

  /// Whether it changes the current or the durable state, and so is a step of crash enumeration.
  public boolean mutating() {
    return mutating;
  }

  /// The category of the exception when a fault strikes it.
  public Category failure() {
    return failure;
  }
}
