package io.tidemark.simulator;

import java.util.List;
import java.util.Optional;

/// How a run ended.
///
/// @param failure the broken promise, as one line that also says how to run it again
/// @param traceHash of all that happened; equal for equal seeds
/// @param trace all that happened as lines, if they were wanted
public record SimulationResult(
    long seed,
    int nodes,
    Optional<String> failure,
    long traceHash,
    Tally tally,
    List<String> trace) {}
