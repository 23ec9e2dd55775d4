package io.tidemark.simulator;

import io.tidemark.simulator.check.Invariant;
import java.util.List;

/// How a run may end in which a record has no good copy left: a replica runs, or mends its log for
/// ever and names what it lacks, or names the file that it cannot make sense of, and waits for
/// another in its place.
///
/// That nobody shows or promises anything wrong meanwhile is for the other laws.
final class NamedStop implements Invariant {
  private final World world;
  private final List<Machine> machines;
  private final long patienceMicros;

  NamedStop(World world, List<Machine> machines, long patienceMicros) {
    this.world = world;
    this.machines = machines;
    this.patienceMicros = patienceMicros;
  }

  @Override
  public int number() {
    return 24;
  }

  @Override
  public String name() {
    return "StopsByName";
  }

  void await() {
    world.time().runFor(patienceMicros);
    for (Machine machine : machines) {
      boolean names = machine.mending().filter(one -> one.wanted().isPresent()).isPresent();
      holds(
          names || machine.successor().isPresent() || machine.running().isPresent(),
          "%s is down and says nothing",
          machine.id());
      if (names) {
        world.tally().count(Happening.STOPPED_BY_NAME);
      }
    }
  }

  static String named(SimulatedMending mending) {
    return mending
        .wanted()
        .map(one -> "lacks LSN %d..%d".formatted(one.fromLsn(), one.uptoLsn()))
        .orElse("looks at its log");
  }
}
