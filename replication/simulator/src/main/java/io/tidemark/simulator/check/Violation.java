package io.tidemark.simulator.check;

/// A promise does not hold; `promise` is its name.
public final class Violation extends RuntimeException {
  private final String promise;

  public Violation(String promise, String message) {
    super(message);
    this.promise = promise;
  }

  /// Throws a violation of `promise` unless `holds`; the message is formatted only then.
  public static void unless(boolean holds, String promise, String format, Object... values) {
    if (!holds) {
      throw new Violation(promise, String.format(format, values));
    }
  }

  /// The name of what was broken.
  public String promise() {
    return promise;
  }
}
