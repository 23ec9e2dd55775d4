package io.tidemark.simulator;

import io.tidemark.foundation.Chance;
import io.tidemark.foundation.ReplicaId;
import io.tidemark.simkit.DurableView;
import io.tidemark.simkit.SimulatedNetwork;
import io.tidemark.simkit.VirtualTime;
import io.tidemark.simulator.check.Checkers;
import io.tidemark.simulator.check.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// One run: a cluster, a storm, a calm in which it must come to rest; all from one seed.
public final class Simulation {
  private final long seed;
  private final SimulationConfig config;
  private final World world;
  private final List<Machine> machines = new ArrayList<>();
  private final Chance chance;
  private final Storm storm;

  private Simulation(long seed, SimulationConfig config, Meddler meddler) {
    this.seed = seed;
    this.config = config;
    this.chance = new Chance(seed);
    List<ReplicaId> nodes =
        IntStream.rangeClosed(1, config.nodes()).mapToObj(i -> ReplicaId.parse("n" + i)).toList();
    Temper temper = Temper.draw(chance);
    VirtualTime time = new VirtualTime();
    List<ReplicaId> voters =
        // Some begin with fewer, and the others may join.
        nodes.subList(0, chance.percent(30) ? Math.max(2, config.nodes() - 2) : config.nodes());
    Checkers checkers = new Checkers(nodes, voters, this::durable);
    Tally tally = new Tally();
    List<ReplicaId> present = new ArrayList<>(nodes);
    this.world =
        new World(
            present,
            voters,
            time,
            new SimulatedNetwork<>(time, chance.split(), temper.links()),
            new Sky(temper),
            new Producers(checkers, tally),
            checkers,
            new Budget(checkers, present, tally),
            new Memories(),
            meddler,
            tally,
            new Trace(config.readableTrace()));
    for (int i = 0; i < nodes.size(); i++) {
      long ahead = i * config.wallAheadMicros();
      machines.add(new Machine(world, nodes.get(i), chance.split(), ahead));
    }
    this.storm = new Storm(world, machines, chance.split());
  }

  private DurableView durable(ReplicaId node) {
    return machines.get(world.nodes().indexOf(node)).disk().durable();
  }

  /// Runs `seed`; a broken promise is in the result, not thrown.
  public static SimulationResult run(long seed, SimulationConfig config) {
    return run(seed, config, Meddler.HONEST);
  }

  static SimulationResult run(long seed, SimulationConfig config, Meddler meddler) {
    return new Simulation(seed, config, meddler).run();
  }

  private SimulationResult run() {
    Optional<String> failure = Optional.empty();
    try {
      world.trace().note(0, "temper", () -> world.sky().temper().toString());
      weather();
      calm();
    } catch (Violation e) {
      failure = Optional.of(line("invariant " + e.invariant(), e.getMessage()));
    } catch (RuntimeException e) {
      // What the code under test throws is a finding like any other; the place of it matters.
      StackTraceElement place = e.getStackTrace().length > 1 ? e.getStackTrace()[1] : null;
      failure = Optional.of(line(e.getClass().getSimpleName(), e.getMessage() + " in " + place));
    }
    SimulatedNetwork.Counts counts = world.network().counts();
    world.tally().count(Happening.MESSAGE_SENT, counts.sent());
    world.tally().count(Happening.MESSAGE_LOST, counts.lost());
    world.tally().count(Happening.MESSAGE_DUPLICATED, counts.duplicated());
    return new SimulationResult(
        seed, config.nodes(), failure, world.trace().hash(), world.tally(), world.trace().lines());
  }

  private String line(String promise, String message) {
    return "seed %d nodes %d: %s: %s at %,d us"
        .formatted(seed, config.nodes(), promise, message, world.time().nowMicros());
  }

  private void weather() {
    for (Machine machine : machines) {
      world.time().schedule(chance.below(30 * Temper.TICK_MICROS), machine::start);
    }
    storm.begin();
    every(world.sky().temper().proposeMicros(), this::append);
    every(world.sky().temper().readMicros(), this::read);
    runUntil(config.stormMicros());
  }

  private void runUntil(long micros) {
    world.time().runFor(micros - world.time().nowMicros());
  }

  private void every(int meanMicros, Runnable task) {
    if (world.time().nowMicros() < config.stormMicros()) {
      world
          .time()
          .schedule(
              1 + chance.below(2 * meanMicros),
              () -> {
                task.run();
                every(meanMicros, task);
              });
    }
  }

  private void append() {
    Machine machine = whoeverLeads();
    int burst = machine.isLeader() && chance.percent(10) ? 20 : 1;
    for (int i = 0; i < burst; i++) {
      machine.running().filter(world.producers()::isAdmitted).ifPresent(world.producers()::append);
    }
  }

  private void read() {
    Machine machine = whoeverLeads();
    machine.running().ifPresent(replica -> machine.after(0, () -> world.producers().read(replica)));
  }

  /// A machine that believes it leads, maybe the wrong one; now and then just any.
  private Machine whoeverLeads() {
    List<Machine> leaders = machines.stream().filter(Machine::isLeader).toList();
    List<Machine> from = leaders.isEmpty() || chance.percent(10) ? machines : leaders;
    return from.get(chance.below(from.size()));
  }

  private void calm() {
    storm.end();
    world.sky().clear();
    world.network().heal();
    for (ReplicaId from : world.nodes()) {
      for (ReplicaId to : world.nodes()) {
        world.network().setQuality(from, to, world.sky().temper().links());
      }
    }
    for (Machine machine : machines) {
      machine.disk().faults().clear();
      machine.disk().lies().clear();
      machine.disk().limitCapacity(Long.MAX_VALUE);
      machine.hardware().setSlowness(1);
      machine.hardware().stall(0);
      machine.hardware().setFlipPercent(0);
      machine.resume();
      if (world.budget().isSpoilt(machine) && machine.running().isPresent()) {
        // What nobody reads nobody misses: it is found when the log is opened.
        machine.losePower();
      }
      machine.start();
      machine.running().ifPresent(replica -> machine.after(0, () -> replica.fit(true)));
    }
    new Rest(world, machines, config.calmMicros()).await();
    machines.forEach(Machine::close);
  }
}
