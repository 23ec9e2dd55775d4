package io.tidemark.runtime;

/// The clocks of a node. Neither decides what is safe: see [io.tidemark.partition.Lease].
interface Clock {
  /// The clocks of this machine.
  Clock SYSTEM =
      new Clock() {
        @Override
        public long wallMicros() {
          return System.currentTimeMillis() * 1000;
        }

        @Override
        public long monotonicNanos() {
          return System.nanoTime();
        }
      };

  /// Microseconds since 1970, for people.
  long wallMicros();

  /// Nanoseconds since some moment; goes on while the process is stopped.
  long monotonicNanos();
}
