package io.tidemark.benchmarks.contender;

import java.io.IOException;

/// An open contender; for one thread.
public interface Store extends AutoCloseable {
  /// Appends the records of `load`, at most [Load#outstanding] of them not yet durable at any time,
  /// and returns when the last one is as durable as the [Setup] asks.
  void append(Load load) throws Exception;

  /// Reads every record once, from first to last, checksums verified where there are any; throws if
  /// they are not `records`.
  default void readAll(long records) throws Exception {
    throw new UnsupportedOperationException("reads nothing back");
  }

  @Override
  void close() throws IOException;
}
