package io.tidemark.foundation;

/// An invariant of Tidemark does not hold. What failed must stop; going on could lose data.
public final class CheckFailure extends IllegalStateException {
  public CheckFailure(String message) {
    super(message);
  }
}
