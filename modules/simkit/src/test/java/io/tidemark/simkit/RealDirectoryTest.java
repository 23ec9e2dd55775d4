package io.tidemark.simkit;

import io.tidemark.storage.Directory;
import io.tidemark.storage.FileSystemDirectory;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/// The real file system keeps the same contract, so that what holds on the one holds on the other.
class RealDirectoryTest extends DirectoryContract {
  @TempDir private Path path;

  @Override
  Directory directory() {
    return FileSystemDirectory.at(path);
  }
}
