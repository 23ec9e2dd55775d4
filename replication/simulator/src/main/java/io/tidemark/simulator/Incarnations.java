package io.tidemark.simulator;

import io.tidemark.foundation.ReplicaId;
import java.util.Optional;

/// Who the replicas of one [Machine] are, one after the other, and who is to come in the place of
/// one that is damaged for good.
final class Incarnations {
  private final Machine machine;
  private final World world;
  private ReplicaId now;
  private int newest;
  private Optional<SimulatedSuccessor> successor = Optional.empty();

  Incarnations(Machine machine, ReplicaId first) {
    this.machine = machine;
    this.world = machine.world();
    this.now = first;
    this.newest = first.incarnation();
  }

  /// In whose name it speaks.
  ReplicaId now() {
    return now;
  }

  /// Who waits to come, if the replica is damaged for good.
  Optional<SimulatedSuccessor> successor() {
    return successor;
  }

  /// From now on it is somebody else, whom nobody knows.
  void next() {
    become(new ReplicaId(now.node(), ++newest));
  }

  private void become(ReplicaId next) {
    ReplicaId before = now;
    machine.silence();
    now = next;
    world.nodes().replaceAll(node -> node.equals(before) ? next : node);
    machine.listen();
  }

  /// From now on the replica is silent, and another one asks to come in its place.
  void needSuccessor() {
    if (successor.isEmpty()) {
      world.tally().count(Happening.DAMAGED_FOR_GOOD);
      machine.note("is damaged for good");
      ReplicaId damaged = now;
      next();
      successor = Optional.of(new SimulatedSuccessor(machine, damaged));
      successor.get().speak();
      if (!world.meddler().waitsForInvitation(damaged)) {
        machine.succeeded();
      }
    }
  }

  /// It comes: there is no way back.
  void succeed() {
    ReplicaId damaged = successor.orElseThrow().damaged();
    world.tally().count(Happening.SUCCEEDED);
    world.checkers().tell(checker -> checker.givenUp(damaged));
    successor = Optional.empty();
  }

  /// It does not come: the replica is who it was.
  void stay() {
    successor.ifPresent(one -> become(one.damaged()));
    successor = Optional.empty();
  }
}
