package io.tidemark.benchmarks.replicated.member;

import java.time.Duration;

/// One whose disk can be made slower.
interface SlowedMember extends Member {
  /// From now on every sync of its disk takes so much longer.
  void slowSyncs(Duration delay);
}
