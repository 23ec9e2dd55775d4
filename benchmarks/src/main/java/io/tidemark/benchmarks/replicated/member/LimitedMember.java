package io.tidemark.benchmarks.replicated.member;

/// One of whose log a part is enough, so that it can be driven for long.
interface LimitedMember extends Member {
  /// From now on it deletes the oldest records beyond `bytes`, now and then.
  void keep(long bytes);

  /// The highest epoch that it has promised.
  long epoch();
}
