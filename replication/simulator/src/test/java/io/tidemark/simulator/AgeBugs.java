package io.tidemark.simulator;

import io.tidemark.foundation.ReplicaId;

/// Those of the [Bugs] that are about the ages of data.
final class AgeBugs {
  private AgeBugs() {}

  /// Whatever others remember, its data are the newest.
  static final class RecognizeNothing implements Meddler {
    @Override
    public boolean recognizes(ReplicaId node) {
      return false;
    }
  }

  /// However much it promises, a process is of one age.
  static final class NeverRenew implements Meddler {
    @Override
    public boolean renews(ReplicaId node) {
      return false;
    }
  }

  static final class SaveNoAges implements Meddler {
    @Override
    public boolean remembers(ReplicaId node) {
      return false;
    }
  }
}
