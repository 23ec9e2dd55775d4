package io.tidemark.simulator.check;

/// An [Invariant] does not hold.
public final class Violation extends RuntimeException {
  private final int number;
  private final String name;

  Violation(Invariant broken, String seen) {
    super(seen);
    this.number = broken.number();
    this.name = broken.name();
  }

  /// Number and name of what was broken.
  public String invariant() {
    return number + " " + name;
  }
}
