package io.tidemark.simulator.check;

/// A law of replication that can be seen to be broken; looked at after every event that may break
/// it.
///
/// Its number is that of the list in the text of this package, where some laws take two classes.
public interface Invariant extends Checker {
  /// Which of the list it is, or is a part of.
  int number();

  /// The name by which a failure calls it.
  default String name() {
    return getClass().getSimpleName();
  }

  /// Throws a [Violation] of this unless `holds`; the message is formatted only then.
  default void holds(boolean holds, String format, Object... values) {
    if (!holds) {
      throw new Violation(this, String.format(format, values));
    }
  }
}
