package io.tidemark.runtime;

/// A ballot file cannot be trusted: a promise may be forgotten. The message names file and
/// position.
public final class BallotDamagedException extends RuntimeException {
  BallotDamagedException(String message) {
    super(message);
  }
}
