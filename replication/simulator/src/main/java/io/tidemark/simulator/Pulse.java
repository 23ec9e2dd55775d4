package io.tidemark.simulator;

import io.tidemark.foundation.NodeId;
import io.tidemark.foundation.ReplicaId;
import io.tidemark.protocol.NodeWatch;
import java.util.List;
import java.util.Set;

/// What a process says to the other nodes whatever its replica does, and hears of them; the
/// simulated counterpart of the runtime's `Pulse`.
final class Pulse {
  private static final int TICKS_BETWEEN_STIRS = 120;

  private final World world;
  private final ReplicaId self;
  private final long process;
  private final NodeWatch watch;
  private int ticks;

  Pulse(Machine machine) {
    this.world = machine.world();
    this.self = machine.id();
    this.process = machine.life();
    this.watch = new NodeWatch(machine.temper().electionTicks());
  }

  /// Whether the process that was there before is lost.
  boolean heard(ReplicaId from, long other) {
    return watch.heard(from.node(), other);
  }

  /// Who is there.
  Set<NodeId> heard() {
    return watch.heard();
  }

  /// One tick: returns who is lost.
  List<NodeId> tick() {
    if (++ticks % Temper.HEARTBEAT_TICKS == 0) {
      world.nodes().stream()
          .filter(node -> !node.equals(self))
          .forEach(node -> world.network().send(self, node, new Envelope.Pulse(process)));
    }
    return watch.tick();
  }

  /// Whether who rests is to be stirred.
  boolean stirs() {
    return ticks % TICKS_BETWEEN_STIRS == 0;
  }
}
