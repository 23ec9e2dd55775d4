package io.tidemark.simulator;

import io.tidemark.foundation.Chance;
import io.tidemark.foundation.ReplicaId;
import io.tidemark.protocol.MemberChange;
import io.tidemark.protocol.Members;
import io.tidemark.simkit.DiskLies;
import io.tidemark.simkit.DiskOperation;
import io.tidemark.simkit.LinkQuality;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Makes the faults of a seed's [Temper], one every now and then, until it is told to stop; most
/// end by themselves after a while, and may overlap.
final class Storm {
  private static final int LONGEST_MICROS = 90 * Temper.TICK_MICROS;
  private static final int AMBUSH_MICROS = 6 * Temper.TICK_MICROS;
  private static final int SLOW_FACTOR = 20;
  private static final int LITTLE_BYTES = 10 << 10;
  private static final int FLIP_PERCENT = 10;
  private static final int SOON_OPERATIONS = 12;
  private static final int BEGINNING_OPERATIONS = 40;
  private static final int CHANGES = 20;
  private static final int TRIMS = 20;
  private static final int MOST_KEPT = 200;

  private final World world;
  private final List<Machine> machines;
  private final List<Fault> faults;
  private final Chance chance;
  private final Spoiler spoiler;
  private final Losses losses;
  private boolean over;

  Storm(World world, List<Machine> machines, Chance chance) {
    this.world = world;
    this.machines = machines;
    this.faults = List.copyOf(world.sky().temper().faults());
    this.chance = chance;
    this.spoiler = new Spoiler(world, machines, chance.split());
    this.losses =
        new Losses(world, machines, chance.split(), (task, micros) -> later(micros, task));
  }

  void begin() {
    if (!faults.isEmpty()) {
      next();
    }
  }

  void end() {
    over = true;
  }

  private void next() {
    later(
        2 * world.sky().temper().faultMicros(),
        () -> {
          strike(faults.get(chance.below(faults.size())));
          next();
        });
  }

  private void later(int boundMicros, Runnable task) {
    world
        .time()
        .schedule(
            chance.below(boundMicros),
            () -> {
              if (!over) {
                task.run();
              }
            });
  }

  private void strike(Fault fault) {
    Machine any = machines.get(chance.below(machines.size()));
    Machine leader = machines.stream().filter(Machine::isLeader).findFirst().orElse(any);
    world.trace().note(world.time().nowMicros(), any.id(), () -> "fault " + fault);
    switch (fault) {
      case CRASH -> crash(any);
      case CRASH_LEADER -> crash(leader);
      case STRIKE_NEW_LEADER -> lieInWait(highestEpochLed(), LONGEST_MICROS);
      case STRIKE_VOTER -> lieInWaitForVote(any, epoch(any), LONGEST_MICROS);
      case CRASH_ALL -> crashAll();
      case CRASH_IN_DISK_OPERATION -> any.disk().crashAfter(1 + chance.below(SOON_OPERATIONS));
      case DISK_FAILURE -> failDisk(any);
      case SPLIT -> split();
      case ISOLATE_LEADER -> isolate(leader);
      case ONE_WAY -> cutOneWay(chance.percent(50) ? leader : any);
      case NON_TRANSITIVE -> cutPair(any);
      case PAUSE -> pause(any);
      case PAUSE_LEADER -> pause(leader);
      case SLOW_DISK -> slowDisk(any);
      case HAND_OVER -> handOver(leader, any);
      case CHANGE_MEMBERS -> changeMembers(CHANGES);
      case TRIM -> trim(TRIMS);
      case STRIKE_BEGINNER ->
          any.hardware().strikeBeginning(1 + chance.below(BEGINNING_OPERATIONS));
      case RESIGN -> resign(leader);
      case RUMOUR -> rumour(any, chance.percent(50) ? leader : any);
      case UNFIT -> unfit(chance.percent(50) ? leader : any);
      case WIPE -> losses.wipe(any);
      case ROLL_BACK -> losses.copy(any);
      case SPOIL_PROMISE -> losses.spoilPromise(any);
      case BAD_LINKS -> badLinks(any);
      case CLOG -> clog(any);
      case FLIPPED_BITS -> flipBits(any);
      case STALLED_DISK -> stallDisk(chance.percent(50) ? leader : any);
      case FULL_DISK -> fillDisk(chance.percent(50) ? leader : any);
      case BIT_ROT -> spoiler.rot(any);
      case LATENT_ERROR -> spoiler.latentError(any);
      case LOST_WRITE -> spoiler.lie(any, DiskLies.Kind.LOST_WRITE);
      case MISDIRECTED_WRITE -> spoiler.lie(any, DiskLies.Kind.MISDIRECTED_WRITE);
      case LYING_SYNC -> spoiler.lie(any, DiskLies.Kind.LYING_SYNC);
      case RUIN -> spoiler.ruin();
    }
  }

  private void crash(Machine machine) {
    if (chance.percent(70)) {
      machine.losePower();
    } else {
      machine.kill();
    }
    machine.restartLater();
  }

  /// Looks every now and then whether somebody leads a higher epoch than `epoch`. A leader that
  /// falls before its first record is everywhere is what elections are most easily wrong about.
  private void lieInWait(long epoch, int patienceMicros) {
    later(
        2 * Temper.TICK_MICROS,
        () -> {
          if (highestEpochLed() > epoch) {
            later(AMBUSH_MICROS, this::strikeNewLeader);
          } else if (patienceMicros > 0) {
            lieInWait(epoch, patienceMicros - Temper.TICK_MICROS);
          }
        });
  }

  private void lieInWaitForVote(Machine voter, long epoch, int patienceMicros) {
    later(
        2 * Temper.TICK_MICROS,
        () -> {
          if (epoch(voter) > epoch) {
            later(AMBUSH_MICROS, () -> strikeVoter(voter));
          } else if (patienceMicros > 0) {
            lieInWaitForVote(voter, epoch, patienceMicros - Temper.TICK_MICROS);
          }
        });
  }

  private void strikeVoter(Machine voter) {
    world.tally().count(Happening.VOTER_STRUCK);
    voter.losePower();
    voter.restartSoon();
  }

  private void strikeNewLeader() {
    machines.stream()
        .filter(Machine::isLeader)
        .max(Comparator.comparingLong(Storm::epoch))
        .ifPresent(
            leader -> {
              world.tally().count(Happening.NEW_LEADER_STRUCK);
              if (chance.percent(70)) {
                lieInWait(epoch(leader), LONGEST_MICROS);
              }
              if (chance.percent(50)) {
                crash(leader);
              } else {
                isolate(leader);
              }
            });
  }

  private long highestEpochLed() {
    return machines.stream().filter(Machine::isLeader).mapToLong(Storm::epoch).max().orElse(0);
  }

  private static long epoch(Machine machine) {
    return machine.running().map(replica -> replica.core().epoch()).orElse(0L);
  }

  private void crashAll() {
    world.tally().count(Happening.ALL_POWER_LOST);
    for (Machine machine : machines) {
      machine.losePower();
      machine.restartLater();
    }
  }

  private void failDisk(Machine machine) {
    DiskOperation operation = chance.percent(70) ? DiskOperation.SYNC : DiskOperation.WRITE;
    machine.disk().faults().failNth(operation, _ -> true, 1 + chance.below(SOON_OPERATIONS));
  }

  private void split() {
    world.tally().count(Happening.SPLIT);
    List<ReplicaId> side = new ArrayList<>();
    List<ReplicaId> otherSide = new ArrayList<>();
    for (ReplicaId node : world.nodes()) {
      (chance.percent(50) ? side : otherSide).add(node);
    }
    world.network().split(side, otherSide);
    mendLater();
  }

  private void isolate(Machine machine) {
    world.tally().count(Happening.LEADER_ISOLATED);
    world.network().split(List.of(machine.id()), others(machine));
    mendLater();
  }

  private void cutOneWay(Machine machine) {
    world.tally().count(Happening.ONE_WAY_CUT);
    boolean deaf = chance.percent(50);
    for (ReplicaId other : others(machine)) {
      if (deaf) {
        world.network().cut(other, machine.id());
      } else {
        world.network().cut(machine.id(), other);
      }
    }
    mendLater();
  }

  private void cutPair(Machine machine) {
    world.tally().count(Happening.NON_TRANSITIVE_CUT);
    List<ReplicaId> others = others(machine);
    ReplicaId other = others.get(chance.below(others.size()));
    world.network().split(List.of(machine.id()), List.of(other));
    mendLater();
  }

  private List<ReplicaId> others(Machine machine) {
    return world.nodes().stream().filter(node -> !node.equals(machine.id())).toList();
  }

  private void mendLater() {
    later(
        LONGEST_MICROS,
        () -> {
          world.network().heal();
          machines.forEach(this::hint);
        });
  }

  private void hint(Machine machine) {
    ReplicaId peer = others(machine).getFirst();
    act(machine, replica -> replica.reachable(peer));
  }

  private void pause(Machine machine) {
    if (machine.isUp() && !machine.isPaused()) {
      world.tally().count(Happening.PAUSE);
      machine.pause();
      later(LONGEST_MICROS, machine::resume);
    }
  }

  private void handOver(Machine leader, Machine heir) {
    world.tally().count(Happening.HAND_OVER_ASKED);
    Optional<ReplicaId> to = chance.percent(50) ? Optional.of(heir.id()) : Optional.empty();
    act(leader, replica -> replica.handOver(to));
  }

  /// One after the other, whoever leads then.
  private void changeMembers(int left) {
    Machine machine = machines.get(chance.below(machines.size()));
    machines.stream()
        .filter(leader -> leader.isLeader() && leader != machine)
        .flatMap(leader -> leader.running().stream())
        .findFirst()
        .flatMap(leader -> change(leader.core().members(), machine.id()))
        .ifPresent(
            change -> {
              world.tally().count(Happening.CHANGE_ASKED);
              machines.stream()
                  .filter(Machine::isLeader)
                  .forEach(leader -> act(leader, replica -> replica.change(change)));
            });
    if (left > 1) {
      later(4 * Temper.TICK_MICROS, () -> changeMembers(left - 1));
    }
  }

  /// Whatever comes next for `node`. Two voters stay, or three where disks are lost: of two none
  /// may be lost for good.
  private Optional<MemberChange> change(Members members, ReplicaId node) {
    if (!members.contains(node)) {
      return Optional.of(new MemberChange.AddLearner(node));
    }
    if (members.isLearner(node)) {
      return Optional.of(new MemberChange.Promote(node));
    }
    boolean lost = faults.contains(Fault.WIPE) || faults.contains(Fault.ROLL_BACK);
    return members.voters().size() < (lost ? 4 : 3)
        ? Optional.empty()
        : Optional.of(new MemberChange.Remove(node));
  }

  /// One after the other, any of them: half of the time all that may go.
  private void trim(int left) {
    world.tally().count(Happening.TRIM_ASKED);
    int kept = chance.percent(50) ? 0 : chance.below(MOST_KEPT);
    act(machines.get(chance.below(machines.size())), replica -> replica.trim(kept));
    if (left > 1) {
      later(8 * Temper.TICK_MICROS, () -> trim(left - 1));
    }
  }

  private void resign(Machine leader) {
    world.tally().count(Happening.RESIGNATION_ASKED);
    act(leader, SimulatedReplica::resign);
  }

  private void rumour(Machine machine, Machine lost) {
    world.tally().count(Happening.RUMOUR);
    act(machine, replica -> replica.lost(lost.id().node()));
  }

  private void unfit(Machine machine) {
    world.tally().count(Happening.UNFIT);
    act(machine, replica -> replica.fit(false));
    later(LONGEST_MICROS, () -> act(machine, replica -> replica.fit(true)));
  }

  private static void act(Machine machine, Consumer<SimulatedReplica> action) {
    machine.running().ifPresent(replica -> machine.after(0, () -> action.accept(replica)));
  }

  private void slowDisk(Machine machine) {
    world.tally().count(Happening.SLOW_DISK);
    machine.hardware().setSlowness(SLOW_FACTOR);
    later(LONGEST_MICROS, () -> machine.hardware().setSlowness(1));
  }

  private void stallDisk(Machine machine) {
    world.tally().count(Happening.STALLED_DISK);
    machine.hardware().stall(1 + chance.below(LONGEST_MICROS));
    if (chance.percent(50)) {
      unfit(machine);
    }
  }

  private void fillDisk(Machine machine) {
    world.tally().count(Happening.FULL_DISK);
    machine.disk().limitCapacity(machine.disk().usedBytes() + chance.below(LITTLE_BYTES));
    later(4 * LONGEST_MICROS, () -> machine.disk().limitCapacity(Long.MAX_VALUE));
  }

  private void clog(Machine machine) {
    world.tally().count(Happening.CLOG);
    for (ReplicaId other : others(machine)) {
      world.network().clog(other, machine.id());
      later(LONGEST_MICROS, () -> world.network().unclog(other, machine.id()));
    }
  }

  private void flipBits(Machine machine) {
    machine.hardware().setFlipPercent(FLIP_PERCENT);
    later(LONGEST_MICROS, () -> machine.hardware().setFlipPercent(0));
  }

  private void badLinks(Machine machine) {
    world.tally().count(Happening.BAD_LINKS);
    LinkQuality bad = new LinkQuality(50, 15 * Temper.TICK_MICROS, 40, 20);
    for (ReplicaId other : others(machine)) {
      world.network().setQuality(machine.id(), other, bad);
      world.network().setQuality(other, machine.id(), bad);
    }
    mendLater();
  }
}
