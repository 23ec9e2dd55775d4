package io.tidemark.simulator;

import io.tidemark.foundation.Check;

/// How large and how long a run is.
///
/// @param nodes replicas, 3 or 5
/// @param stormMicros virtual time with faults
/// @param calmMicros virtual time without faults in which the cluster must come to rest
/// @param readableTrace whether to keep the trace as text; costs much more time than the run
public record SimulationConfig(
    int nodes, long stormMicros, long calmMicros, boolean readableTrace) {
  public SimulationConfig {
    Check.argument(nodes == 3 || nodes == 5, "3 or 5 nodes: %d", nodes);
    Check.argument(stormMicros > 0 && calmMicros > 0, "both phases take time");
  }

  /// One and a half virtual seconds of storm, at ticks of a millisecond, and one to come to rest.
  public static SimulationConfig of(int nodes) {
    return new SimulationConfig(nodes, 1_500_000, 1_000_000, false);
  }

  /// The same with a trace to read.
  public SimulationConfig withReadableTrace() {
    return new SimulationConfig(nodes, stormMicros, calmMicros, true);
  }
}
