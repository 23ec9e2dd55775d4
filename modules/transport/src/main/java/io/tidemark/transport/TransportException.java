package io.tidemark.transport;

/// The environment does not let the transport work: address in use, no shared memory, closed.
public final class TransportException extends RuntimeException {
  public TransportException(String message) {
    super(message);
  }

  public TransportException(String message, Throwable cause) {
    super(message, cause);
  }
}
