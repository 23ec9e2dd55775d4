package io.tidemark.log;

/// Is shown the records of a batch in the order of their LSNs.
@FunctionalInterface
public interface RecordVisitor {
  /// One record.
  void record(RecordView record);
}
