package io.tidemark.foundation;

/// Checks that stay on in production.
///
/// A failed [#that] is a bug or memory damage: it throws [CheckFailure], which nobody catches but
/// the owner of a partition, which stops. A failed [#argument] is the caller's mistake.
public final class Check {
  private Check() {}

  /// Throws [CheckFailure] unless `condition` holds.
  public static void that(boolean condition, String message) {
    if (!condition) {
      throw new CheckFailure(message);
    }
  }

  /// Like [#that(boolean, String)]; the message is formatted only on failure.
  public static void that(boolean condition, String format, long a, long b) {
    if (!condition) {
      throw new CheckFailure(String.format(format, a, b));
    }
  }

  /// Throws [IllegalArgumentException] unless `condition` holds.
  public static void argument(boolean condition, String format, Object... values) {
    if (!condition) {
      throw new IllegalArgumentException(String.format(format, values));
    }
  }
}
