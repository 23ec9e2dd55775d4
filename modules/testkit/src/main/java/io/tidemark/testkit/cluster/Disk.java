package io.tidemark.testkit.cluster;

import java.nio.file.Path;

/// Where one node keeps its data.
public sealed interface Disk permits PlainDisk, LoopDisk {
  /// A directory that is there.
  Path path();
}
