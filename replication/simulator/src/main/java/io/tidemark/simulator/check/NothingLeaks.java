package io.tidemark.simulator.check;

import io.tidemark.foundation.ReplicaId;

/// A replica that is told to end leaves no file open and no memory mapped.
public final class NothingLeaks implements Invariant {
  @Override
  public int number() {
    return 22;
  }

  @Override
  public void closed(ReplicaId node, int openFiles) {
    holds(openFiles == 0, "%s is closed and has %d files and mappings open", node, openFiles);
  }
}
