package io.tidemark.partition;

/// Whether the writer may still speak for its leadership, by the monotonic clock.
///
/// Safety of `QUORUM` and `ALL` does not depend on it: those need the peers. It keeps a leader that
/// was paused from acknowledging `RECEIVED` or `LOCAL` in an epoch that is over.
@FunctionalInterface
public interface Lease {
  /// For an owner without peers.
  Lease ALWAYS = () -> true;

  boolean holds();
}
