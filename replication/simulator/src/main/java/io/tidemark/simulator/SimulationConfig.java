package io.tidemark.simulator;

import io.tidemark.foundation.Check;

/// How large and how long a run is.
///
/// @param nodes replicas, 3 or 5
/// @param stormMicros virtual time with faults
/// @param calmMicros virtual time without faults in which the cluster must come to rest
/// @param wallAheadMicros by how much each node's wall clock is ahead of that of the node before
/// @param readableTrace whether to keep the trace as text; costs much more time than the run
public record SimulationConfig(
    int nodes, long stormMicros, long calmMicros, long wallAheadMicros, boolean readableTrace) {
  public SimulationConfig {
    Check.argument(nodes == 3 || nodes == 5, "3 or 5 nodes: %d", nodes);
    Check.argument(stormMicros > 0 && calmMicros > 0, "both phases take time");
  }

  /// One and a half virtual seconds of storm, at ticks of a millisecond, and one to come to rest.
  public static SimulationConfig of(int nodes) {
    return new SimulationConfig(nodes, 1_500_000, 1_000_000, 0, false);
  }

  /// The same with a trace to read.
  public SimulationConfig withReadableTrace() {
    return new SimulationConfig(nodes, stormMicros, calmMicros, wallAheadMicros, true);
  }

  /// The same where wall clocks are that far apart.
  public SimulationConfig withWallClocksAhead(long micros) {
    return new SimulationConfig(nodes, stormMicros, calmMicros, micros, readableTrace);
  }
}
