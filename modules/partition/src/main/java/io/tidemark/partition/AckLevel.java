package io.tidemark.partition;

/// What must hold before an append is acknowledged; each includes those before it.
public enum AckLevel {
  /// In the leader's memory. Lost if the leader stops.
  RECEIVED,
  /// Synced on the leader.
  LOCAL,
  /// Synced on a majority of the replicas.
  QUORUM,
  /// Synced on every replica.
  ALL
}
