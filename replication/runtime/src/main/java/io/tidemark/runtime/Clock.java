package io.tidemark.runtime;

/// The clocks of a node. None of them decides what is safe: see [io.tidemark.partition.Lease].
interface Clock {
  /// Microseconds since 1970, for people.
  long wallMicros();

  /// Nanoseconds since some moment; goes on while the process is stopped.
  long monotonicNanos();

  /// What [#monotonicNanos] was when the node last let time pass for its replicas: it lags behind
  /// after the process was stopped.
  long tickedNanos();
}
