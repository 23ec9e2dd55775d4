package io.tidemark.runtime;

/// What may be done about a node of a partition.
public enum MemberAction {
  /// A replica is made there, and learns.
  ADD,
  /// Its replica becomes a voter, if it has learnt enough.
  PROMOTE,
  /// Its replica is no member any more.
  REMOVE
}
