package io.tidemark.simulator;

import io.tidemark.protocol.Members;
import io.tidemark.protocol.ReplicaCore;
import io.tidemark.simulator.check.Invariant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Liveness: when the faults are over there is one leader, all replicas come to hold and know the
/// same, and then a new record commits, within a bounded time; that leader stays, and then all fall
/// silent.
///
/// In this order, because a new record sets in motion what would otherwise be stuck: a replica must
/// be repaired also by a leader that has nothing else to do.
final class Rest implements Invariant {
  private static final int LOOK_MICROS = 5 * Temper.TICK_MICROS;
  private static final int STAY_TICKS = 60;
  private static final int ANSWER_MICROS = 100 * Temper.TICK_MICROS;

  private final World world;
  private final List<Machine> machines;
  private final long patienceMicros;
  private boolean caughtUp;
  private long askedMicros;
  private Optional<Long> operation = Optional.empty();

  Rest(World world, List<Machine> machines, long patienceMicros) {
    this.world = world;
    this.machines = machines;
    this.patienceMicros = patienceMicros;
  }

  @Override
  public int number() {
    return 23;
  }

  @Override
  public String name() {
    return "ComesToRest";
  }

  void await() {
    if (world.budget().isRuined()) {
      new NamedStop(world, machines, patienceMicros).await();
      return;
    }
    do {
      reach();
    } while (!mostAreLost() && !stays());
    if (mostAreLost()) {
      return;
    }
    fallSilent();
    Members members = leader().core().members();
    for (Machine machine : machines) {
      if (members.contains(machine.id())) {
        SimulatedReplica replica = machine.running().orElseThrow();
        world.checkers().tell(checker -> checker.rested(machine.id(), replica.log()));
        world.checkers().tell(checker -> checker.goesBy(machine.id(), replica.core().members()));
      }
    }
  }

  /// With most of the voters gone, because their disks are or they are damaged for good, nobody
  /// leads, and nobody takes others in their place.
  private boolean mostAreLost() {
    Members members =
        machines.stream()
            .flatMap(machine -> machine.running().stream())
            .map(SimulatedReplica::core)
            .max(Comparator.comparingLong(ReplicaCore::membersLsn))
            .map(ReplicaCore::members)
            .orElse(Members.of(world.voters()));
    long gone = members.voters().stream().filter(one -> !world.nodes().contains(one)).count();
    return 2 * gone >= members.voters().size();
  }

  private void reach() {
    long deadlineMicros = world.time().nowMicros() + patienceMicros;
    while (!isReached() && !mostAreLost()) {
      holds(world.time().nowMicros() < deadlineMicros, "not in time: %s", describe());
      world.time().runFor(LOOK_MICROS);
    }
  }

  /// Elections without end would come to rest between any two of them. False if a node died
  /// meanwhile of what the storm had planned for its disk.
  private boolean stays() {
    long deaths = deaths();
    long epoch = leader().core().epoch();
    world.time().runFor(STAY_TICKS * Temper.TICK_MICROS);
    if (deaths() > deaths) {
      return false;
    }
    holds(isReached() && leader().core().epoch() == epoch, "no rest: %s", describe());
    return true;
  }

  /// Who has nothing to do stops talking in the end, all members together.
  private void fallSilent() {
    long deadlineMicros = world.time().nowMicros() + patienceMicros;
    while (!allRest()) {
      holds(world.time().nowMicros() < deadlineMicros, "nobody falls silent: %s", describe());
      world.time().runFor(LOOK_MICROS);
    }
  }

  private boolean allRest() {
    List<Machine> leaders = machines.stream().filter(Machine::isLeader).toList();
    if (leaders.size() != 1) {
      return false;
    }
    Members members = leader().core().members();
    return machines.stream()
        .filter(machine -> members.contains(machine.id()))
        .allMatch(m -> m.running().filter(replica -> replica.core().isResting()).isPresent());
  }

  private SimulatedReplica leader() {
    return machines.stream()
        .filter(Machine::isLeader)
        .findFirst()
        .flatMap(Machine::running)
        .orElseThrow();
  }

  private long deaths() {
    return world.tally().of(Happening.NODE_POWER_LOST) + world.tally().of(Happening.NODE_KILLED);
  }

  private boolean isReached() {
    List<Machine> leaders = machines.stream().filter(Machine::isLeader).toList();
    if (leaders.size() != 1) {
      return false;
    }
    SimulatedReplica leader = leaders.getFirst().running().orElseThrow();
    if (!machines.stream().allMatch(m -> m.running().isPresent() || isLeftOver(m, leader))) {
      return false;
    }
    caughtUp |= areAt(leader);
    if (!caughtUp) {
      return false;
    }
    if (operation.isEmpty() || isOverdue()) {
      operation = Optional.of(world.producers().append(leader));
      askedMicros = world.time().nowMicros();
      return false;
    }
    return world.producers().isAcknowledged(operation.get()) && areAt(leader);
  }

  /// Whether it is damaged, and no member any more: nobody takes another in its place.
  private static boolean isLeftOver(Machine machine, SimulatedReplica leader) {
    return machine.successor().isPresent()
        && leader.core().members().all().stream().noneMatch(one -> one.isSameNode(machine.id()));
  }

  /// Who is no member need not know; who lost its disk is none any more.
  private boolean areAt(SimulatedReplica leader) {
    Members members = leader.core().members();
    if (!world.nodes().containsAll(members.all())) {
      return false;
    }
    return machines.stream()
        .filter(machine -> members.contains(machine.id()))
        .allMatch(machine -> isAt(machine, leader));
  }

  /// A node may still die of what the storm had planned for its disk, and then answers nobody.
  private boolean isOverdue() {
    return !world.producers().isAcknowledged(operation.get())
        && world.time().nowMicros() - askedMicros > ANSWER_MICROS;
  }

  private static boolean isAt(Machine machine, SimulatedReplica leader) {
    SimulatedReplica replica = machine.running().orElseThrow();
    long end = leader.log().appendedLsn();
    return replica.log().appendedLsn() == end
        && replica.core().committed() == end
        && replica.core().epoch() == leader.core().epoch();
  }

  private String describe() {
    StringBuilder text = new StringBuilder();
    for (Machine machine : machines) {
      text.append(machine.id()).append(' ');
      machine
          .running()
          .ifPresentOrElse(
              replica ->
                  text.append(replica.core().roleName())
                      .append(" epoch ")
                      .append(replica.core().epoch())
                      .append(" committed ")
                      .append(replica.core().committed())
                      .append(" of ")
                      .append(replica.log().appendedLsn())
                      .append(", "),
              () ->
                  text.append(machine.mending().map(NamedStop::named).orElse("down")).append(", "));
    }
    return text.toString();
  }
}
