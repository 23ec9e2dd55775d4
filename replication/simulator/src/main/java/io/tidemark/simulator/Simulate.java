package io.tidemark.simulator;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Runs seeds from the command line; `./tidemark-sim` starts it.
///
/// ```
///   --minutes N [--seed S]          fresh seeds from S on, or from the clock, until the time is up
///   --trace SEED [--nodes 3|5]      one seed again, all that happens as lines
/// ```
///
/// Exits with 0 if every promise held, 1 if one was broken, 2 if the arguments are wrong. The clock
/// only says where to begin and when to stop: what a seed does depends on the seed alone.
public final class Simulate {
  private static final int RUN_TWICE = 50;
  private static final long PROGRESS_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final String USAGE =
      "usage: tidemark-sim --minutes N [--seed S]  |  tidemark-sim --trace SEED [--nodes 3|5]";

  private Simulate() {}

  /// Runs what `arguments` say.
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  static int run(String... arguments) {
    SimulateOptions options;
    try {
      options = SimulateOptions.parse(arguments);
    } catch (IllegalArgumentException e) {
      System.err.println("tidemark-sim: " + e.getMessage());
      System.err.println(USAGE);
      return 2;
    }
    return switch (options) {
      case SimulateOptions.Again(long seed, int nodes) -> again(seed, nodes);
      case SimulateOptions.Fresh(long firstSeed, Duration duration) -> fresh(firstSeed, duration);
    };
  }

  private static int again(long seed, int nodes) {
    SimulationResult result = Simulation.run(seed, SimulationConfig.of(nodes).withReadableTrace());
    result.trace().forEach(System.out::println);
    System.out.printf("seed %d nodes %d trace %016x%n", seed, nodes, result.traceHash());
    System.out.print(result.tally());
    System.out.println(result.failure().orElse("every promise held"));
    return result.failure().isPresent() ? 1 : 0;
  }

  private static int fresh(long firstSeed, Duration duration) {
    System.out.printf("seeds from %d on for %d s%n", firstSeed, duration.toSeconds());
    Series series = new Series();
    long began = System.nanoTime();
    long said = began;
    for (long seed = firstSeed; System.nanoTime() - began < duration.toNanos(); seed++) {
      int before = series.failures().size();
      if (seed % RUN_TWICE == 0) {
        series.runTwice(seed);
      } else {
        series.run(seed);
      }
      if (series.failures().size() > before) {
        failed(series.failures().getLast(), seed);
      }
      if (System.nanoTime() - said > PROGRESS_NANOS) {
        said = System.nanoTime();
        System.out.printf("%5d s  %s%n", (said - began) / 1_000_000_000, series.progress());
      }
    }
    System.out.print(series.summary());
    boolean held = series.failures().isEmpty();
    System.out.println(held ? "every promise held" : "BROKEN, see above");
    return held ? 0 : 1;
  }

  private static void failed(String line, long seed) {
    System.out.println("FAILED " + line);
    System.out.printf("again: ./tidemark-sim --trace %d --nodes %d%n", seed, Series.nodesOf(seed));
  }
}
