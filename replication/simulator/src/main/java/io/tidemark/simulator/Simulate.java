package io.tidemark.simulator;

import io.tidemark.foundation.Check;
import java.time.Duration;

/// Runs seeds from the command line.
///
/// ```
///   Simulate --seed N --nodes 3|5 [--trace]     one seed, again
///   Simulate --minutes N [--seed N]             fresh seeds for that long
/// ```
public final class Simulate {
  private long seed = 1;
  private int nodes = 3;
  private boolean trace;
  private long minutes;

  private Simulate(String[] arguments) {
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "--seed" -> seed = Long.parseLong(arguments[++i]);
        case "--nodes" -> nodes = Integer.parseInt(arguments[++i]);
        case "--minutes" -> minutes = Long.parseLong(arguments[++i]);
        case "--trace" -> trace = true;
        default -> Check.argument(false, "unknown argument: %s", arguments[i]);
      }
    }
  }

  /// Exits with 1 if a promise was broken.
  public static void main(String[] arguments) {
    Simulate simulate = new Simulate(arguments);
    System.exit(simulate.minutes > 0 ? simulate.many() : simulate.one());
  }

  private int one() {
    SimulationConfig config = SimulationConfig.of(nodes);
    SimulationResult result = Simulation.run(seed, trace ? config.withReadableTrace() : config);
    result.trace().forEach(System.out::println);
    System.out.printf("seed %d nodes %d trace %016x%n", seed, nodes, result.traceHash());
    System.out.print(result.tally());
    result.failure().ifPresent(System.out::println);
    return result.failure().isPresent() ? 1 : 0;
  }

  private int many() {
    Series series = new Series();
    series.runFor(seed, Duration.ofMinutes(minutes));
    System.out.print(series.summary());
    series.failures().forEach(System.out::println);
    return series.failures().isEmpty() ? 0 : 1;
  }
}
