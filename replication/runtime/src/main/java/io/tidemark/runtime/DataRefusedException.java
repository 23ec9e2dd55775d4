package io.tidemark.runtime;

/// The data directory belongs to another node, cluster or format. The message names what was
/// expected and what was found.
public final class DataRefusedException extends RuntimeException {
  DataRefusedException(String message) {
    super(message);
  }
}
