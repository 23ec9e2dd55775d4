package io.tidemark.log;

/// Is shown the stamped records of a batch in the order of their LSNs.
@FunctionalInterface
public interface StampVisitor {
  /// The record with `lsn` has the [Stamp] of `producer` and `sequence`.
  void stamped(long lsn, long producer, long sequence);
}
