package io.tidemark.runtime;

/// Answer to [ReplicaHandle#readIndex].
public sealed interface ReadAnswer {
  /// A state that has applied `lsn` may answer.
  record Ready(long lsn) implements ReadAnswer {}

  /// As many wait for an answer as may: the setting `tidemark.replication.max-reads`.
  record Full() implements ReadAnswer {}

  /// Not the leader, or no longer.
  record Refused() implements ReadAnswer {}
}
