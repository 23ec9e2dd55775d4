package io.tidemark.simulator;

/// What a replica promised cannot be read.
final class DamagedPromiseException extends RuntimeException {
  DamagedPromiseException(String message) {
    super(message);
  }
}
