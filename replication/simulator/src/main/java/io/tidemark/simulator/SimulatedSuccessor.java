package io.tidemark.simulator;

import io.tidemark.foundation.ReplicaId;

/// The replica that is to come in the place of one that is damaged for good, and asks for that in
/// its own name: the simulated counterpart of the runtime's `Successor`.
///
/// Until a leader invites it nothing is done to the files, and whoever starts here again is the
/// damaged one.
final class SimulatedSuccessor {
  private static final int TICKS_BETWEEN_WORDS = 8;
  private static final int STRUCK_PERCENT = 20;
  private static final int SOON_OPERATIONS = 10;

  private final Machine machine;
  private final ReplicaId damaged;
  private boolean invited;

  /// Of `machine`, which has the name of the successor already.
  SimulatedSuccessor(Machine machine, ReplicaId damaged) {
    this.machine = machine;
    this.damaged = damaged;
  }

  /// In whose place it comes.
  ReplicaId damaged() {
    return damaged;
  }

  /// Says that it is there, again and again.
  void speak() {
    if (!isOver()) {
      World world = machine.world();
      world.nodes().stream()
          .filter(node -> !node.equals(machine.id()))
          .forEach(node -> world.network().send(machine.id(), node, new Envelope.Succeeds()));
      machine.after((long) TICKS_BETWEEN_WORDS * machine.tickMicros(), this::speak);
    }
  }

  private boolean isOver() {
    return invited || machine.successor().filter(this::equals).isEmpty();
  }

  void receive(Envelope envelope) {
    if (envelope instanceof Envelope.Invitation && !isOver()) {
      invited = true;
      machine.after(machine.diskMicros(machine.temper().ballotMicros()), this::begin);
    }
  }

  /// Unless the damaged one was mended meanwhile. In a storm the power likes to go just then.
  private void begin() {
    if (machine.successor().filter(this::equals).isPresent()) {
      boolean storms = !machine.temper().faults().isEmpty();
      if (storms && machine.chance().percent(STRUCK_PERCENT)) {
        machine.disk().crashAfter(1 + machine.chance().below(SOON_OPERATIONS));
      }
      machine.succeeded();
    }
  }
}
