package io.tidemark.simulator;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/// Many seeds one after the other, and what they did together. One seed in four has five nodes.
public final class Series {
  private final Tally tally = new Tally();
  private final List<String> failures = new ArrayList<>();
  private long seeds;
  private long nanos;

  /// Runs the seeds from `first` to `last`, on all processors.
  public static Series of(long first, long last) {
    return LongStream.rangeClosed(first, last)
        .parallel()
        .collect(Series::new, Series::run, Series::add);
  }

  private void add(Series other) {
    tally.add(other.tally);
    failures.addAll(other.failures);
    seeds += other.seeds;
    nanos += other.nanos;
  }

  /// How many nodes `seed` has in a series.
  public static int nodesOf(long seed) {
    return seed % 4 == 0 ? 5 : 3;
  }

  /// Runs `seed`.
  public void run(long seed) {
    runOnce(seed);
  }

  /// Runs `seed` twice: a trace that differs is a failure too (law 25).
  public void runTwice(long seed) {
    long first = runOnce(seed).traceHash();
    long second = runOnce(seed).traceHash();
    if (first != second) {
      failures.add(
          "seed %d nodes %d: invariant 25 SameSeedSameTrace: %016x, then %016x"
              .formatted(seed, nodesOf(seed), first, second));
    }
  }

  private SimulationResult runOnce(long seed) {
    long started = cpuNanos();
    SimulationResult result = Simulation.run(seed, SimulationConfig.of(nodesOf(seed)));
    nanos += cpuNanos() - started;
    seeds++;
    tally.add(result.tally());
    result.failure().ifPresent(failures::add);
    return result;
  }

  // Of this thread: the figures are to be the same on a machine that has other things to do.
  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  /// What all runs did.
  public Tally tally() {
    return tally;
  }

  /// One line for each run that broke a promise.
  public List<String> failures() {
    return List.copyOf(failures);
  }

  /// What was done so far, in a line.
  public String progress() {
    return "%,d seeds, %,d events, %,d records acknowledged, %d failed"
        .formatted(
            seeds, tally.of(Happening.EVENT), tally.of(Happening.ACKNOWLEDGED), failures.size());
  }

  /// The counts and the speed, to read.
  public String summary() {
    double seconds = nanos / 1e9;
    return "%,d seeds in %.1f s of one core: %.1f seeds/s, %,.0f events/s, %d failed%n%s"
        .formatted(
            seeds,
            seconds,
            seeds / seconds,
            tally.of(Happening.EVENT) / seconds,
            failures.size(),
            tally);
  }
}
