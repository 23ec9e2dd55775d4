package io.tidemark.simkit;

import io.tidemark.storage.Directory;

/// The simulated disk keeps the contract.
class SimulatedDirectoryTest extends DirectoryContract {
  private final SimulatedDisk disk = new SimulatedDisk();

  @Override
  Directory directory() {
    return disk.root();
  }
}
