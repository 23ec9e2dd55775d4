package io.tidemark.node.tools;

/// What was to be read is not what was written.
public final class DamagedLogException extends RuntimeException {
  public DamagedLogException(String message) {
    super(message);
  }
}
