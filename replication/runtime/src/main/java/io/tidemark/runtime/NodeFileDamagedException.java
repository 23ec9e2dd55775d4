package io.tidemark.runtime;

/// The file that says whose data this is cannot be trusted.
public final class NodeFileDamagedException extends RuntimeException {
  NodeFileDamagedException(String message) {
    super(message);
  }
}
