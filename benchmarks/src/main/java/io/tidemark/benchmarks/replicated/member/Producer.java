package io.tidemark.benchmarks.replicated.member;

/// Appends records of one thread; [Outcomes] hears how they end.
@FunctionalInterface
interface Producer extends AutoCloseable {
  /// Hands one record over, without waiting. False if that cannot be done now: no room, no leader.
  boolean append(byte[] payload);

  /// Waits until an outcome came after `seen` of them, or `nanos` are over. Who learns outcomes
  /// only by looking looks here.
  default void await(Outcomes outcomes, long seen, long nanos) {
    outcomes.await(seen, nanos);
  }

  @Override
  default void close() {}
}
