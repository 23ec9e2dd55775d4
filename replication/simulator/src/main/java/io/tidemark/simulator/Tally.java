package io.tidemark.simulator;

import java.util.EnumMap;
import java.util.Map;

/// How often what happened, so that a run that did nothing cannot pass for a good one.
public final class Tally {
  private final Map<Happening, Long> counts = new EnumMap<>(Happening.class);

  void count(Happening what) {
    count(what, 1);
  }

  void count(Happening what, long times) {
    counts.merge(what, times, Long::sum);
  }

  /// How often `what` happened.
  public long of(Happening what) {
    return counts.getOrDefault(what, 0L);
  }

  /// Adds the counts of `other`.
  public void add(Tally other) {
    other.counts.forEach(this::count);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Happening what : Happening.values()) {
      text.append(String.format("  %-28s %,14d%n", what, of(what)));
    }
    return text.toString();
  }
}
