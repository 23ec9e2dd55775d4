package io.tidemark.runtime;

/// A node's data are older than what it said to others, and cannot be set aside: because that came
/// out only when its replicas had begun, then the next start does it; or because nobody else has
/// any data.
public final class RolledBackException extends RuntimeException {
  RolledBackException(String message) {
    super(message);
  }
}
