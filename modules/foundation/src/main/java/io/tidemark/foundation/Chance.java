package io.tidemark.foundation;

/// Repeatable chance: the same seed gives the same numbers on every machine and in every release.
///
/// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014). Our own and not [java.util.SplittableRandom],
/// because a seed that failed must fail again after an upgrade of the JDK.
public final class Chance {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private long state;

  public Chance(long seed) {
    this.state = seed;
  }

  /// 64 fresh bits.
  public long bits() {
    state += GOLDEN_GAMMA;
    long z = state;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /// A number in `0..bound-1`.
  public int below(int bound) {
    Check.argument(bound > 0, "bound must be positive: %d", bound);
    return (int) Long.remainderUnsigned(bits(), bound);
  }

  /// A number in `low..high`, both included.
  public int between(int low, int high) {
    return low + below(high - low + 1);
  }

  /// True `percent` times in a hundred.
  public boolean percent(int percent) {
    return below(100) < percent;
  }

  /// A generator of its own that goes on independently of this one.
  public Chance split() {
    return new Chance(bits());
  }
}
