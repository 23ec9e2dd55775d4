package io.tidemark.simulator;

import io.tidemark.foundation.NodeId;
import io.tidemark.simkit.SimulatedNetwork;
import io.tidemark.simkit.VirtualTime;
import io.tidemark.simulator.check.Checkers;
import java.util.List;

/// What all machines of one run share; `voters` are those of `nodes` with whom it begins.
record World(
    List<NodeId> nodes,
    List<NodeId> voters,
    VirtualTime time,
    SimulatedNetwork<Envelope> network,
    Sky sky,
    Producers producers,
    Checkers checkers,
    Meddler meddler,
    Tally tally,
    Trace trace) {}
