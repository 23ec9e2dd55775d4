package io.tidemark.simulator;

import io.tidemark.foundation.ReplicaId;
import io.tidemark.simkit.SimulatedNetwork;
import io.tidemark.simkit.VirtualTime;
import io.tidemark.simulator.check.Checkers;
import java.util.List;

/// What all machines of one run share.
///
/// @param nodes who is there now; changed when one loses its disk
/// @param voters with whom it began
/// @param budget of what disks may spoil
/// @param memories of ages, which say what disks may be put back to
record World(
    List<ReplicaId> nodes,
    List<ReplicaId> voters,
    VirtualTime time,
    SimulatedNetwork<Envelope> network,
    Sky sky,
    Producers producers,
    Checkers checkers,
    Budget budget,
    Memories memories,
    Meddler meddler,
    Tally tally,
    Trace trace) {}
