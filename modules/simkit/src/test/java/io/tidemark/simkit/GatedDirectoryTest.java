package io.tidemark.simkit;

import io.tidemark.storage.Directory;

/// What stands between a program and its disk keeps the contract of the disk.
class GatedDirectoryTest extends DirectoryContract {
  @Override
  Directory directory() {
    return new GatedDirectory(new SimulatedDisk());
  }
}
