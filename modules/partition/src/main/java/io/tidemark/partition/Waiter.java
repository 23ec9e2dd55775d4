package io.tidemark.partition;

/// Who waits for a record of a batch, and maybe for others before it.
public sealed interface Waiter permits RecordWaiter, Tracker.Mark {
  /// The record that must have come as far as [#level] says.
  long lsn();

  AckLevel level();

  /// The good end.
  void acknowledge();

  /// The end that nobody knows.
  void unknown(String detail);
}
