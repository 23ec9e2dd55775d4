package io.tidemark.runtime;

/// Bytes that passed the frame's checksum and still are not a message: the other side is wrong.
final class WireException extends RuntimeException {
  WireException(String message) {
    super(message);
  }
}
