package io.tidemark.runtime;

/// A node's data are older than what it said to others, which came out only when its replicas had
/// begun. The next start sets them aside.
public final class RolledBackException extends RuntimeException {
  RolledBackException(String message) {
    super(message);
  }
}
