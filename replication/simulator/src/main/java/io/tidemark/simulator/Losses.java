package io.tidemark.simulator;

import io.tidemark.foundation.Chance;
import io.tidemark.foundation.NodeId;
import io.tidemark.foundation.ReplicaId;
import io.tidemark.protocol.Members;
import io.tidemark.simkit.DiskImage;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.ObjIntConsumer;
import java.util.stream.Collectors;

/// Takes whole disks away, and puts them back to what they were.
///
/// Not before the one that lost its disk last has come to hold everything again, and knows that its
/// disk was put back: what is on too few disks is lost.
final class Losses {
  private static final int YOUNGEST_TICKS = 2 * SimulatedAdmission.AGE_INTERVAL_TICKS;
  private static final int LONGEST_MICROS = 200 * Temper.TICK_MICROS;
  private static final int AGAIN_MICROS = 40 * Temper.TICK_MICROS;
  private static final int TRIES = 12;

  /// A copy of the disk of `owner`, made when its age had been raised so often.
  private record Copy(ReplicaId owner, DiskImage image, long raised, long madeMicros) {}

  private final World world;
  private final List<Machine> machines;
  private final Chance chance;
  private final ObjIntConsumer<Runnable> later;

  /// @param later runs something within so many microseconds, if the storm lasts so long
  Losses(World world, List<Machine> machines, Chance chance, ObjIntConsumer<Runnable> later) {
    this.world = world;
    this.machines = machines;
    this.chance = chance;
    this.later = later;
  }

  void wipe(Machine machine) {
    if (mayBeLost(machine)) {
      machine.wipe();
      machine.restartLater();
    }
  }

  /// Turns a bit in what it promised, between two lives.
  void spoilPromise(Machine machine) {
    if (mayBeLost(machine)) {
      machine.losePower();
      DiskImage disk = machine.disk().copy();
      if (disk.paths().contains(VirtualBallots.FILE)) {
        int bits = 8 * disk.bytes(VirtualBallots.FILE).length;
        machine.disk().flipBit(VirtualBallots.FILE, chance.below(bits));
        machine.hardware().isForgetful(true);
        world.tally().count(Happening.PROMISE_SPOILT);
      }
      machine.restartLater();
    }
  }

  /// Copies its disk as it is at this moment, or between two lives, and puts it back some time.
  void copy(Machine machine) {
    if (chance.percent(50)) {
      machine.losePower();
      machine.restartLater();
    }
    if (machine.disk().durable().names(SimulatedReplica.LOG).isEmpty()) {
      // Nothing to go back to: that is a lost disk.
      return;
    }
    world.tally().count(Happening.COPIED);
    long raised = world.memories().raised(machine.id().node());
    Copy copy = new Copy(machine.id(), machine.disk().copy(), raised, world.time().nowMicros());
    later.accept(() -> putBack(machine, copy, TRIES), LONGEST_MICROS);
  }

  private void putBack(Machine machine, Copy copy, int tries) {
    boolean old =
        world.time().nowMicros() - copy.madeMicros() > (long) YOUNGEST_TICKS * Temper.TICK_MICROS;
    if (old
        && machine.id().equals(copy.owner())
        && mayBeLost(machine)
        && world.memories().anyKnowsBetter(others(machine), machine.id().node(), copy.raised())) {
      if (chance.percent(30)) {
        // As when an image is put back after all were without power.
        machines.forEach(Machine::losePower);
        machines.forEach(Machine::restartLater);
      }
      machine.rollBack(copy.image(), copy.raised());
      machine.restartLater();
    } else if (tries > 1) {
      later.accept(() -> putBack(machine, copy, tries - 1), AGAIN_MICROS);
    }
  }

  private Set<NodeId> others(Machine machine) {
    return machines.stream()
        .filter(one -> one != machine)
        .map(one -> one.id().node())
        .collect(Collectors.toSet());
  }

  private boolean mayBeLost(Machine machine) {
    return machines.stream()
            .noneMatch(one -> one.hardware().isPutBack() || one.hardware().isForgetful())
        && machines.stream()
            .filter(Machine::isLeader)
            .max(Comparator.comparingLong(Losses::epoch))
            .filter(leader -> leader != machine)
            .flatMap(Machine::running)
            .filter(this::hasAllMembers)
            .isPresent();
  }

  private static long epoch(Machine machine) {
    return machine.running().map(replica -> replica.core().epoch()).orElse(0L);
  }

  private boolean hasAllMembers(SimulatedReplica leader) {
    Members members = leader.core().members();
    return members.voters().size() >= 3
        && leader.core().committed() >= leader.core().membersLsn()
        && world.nodes().containsAll(members.all());
  }
}
