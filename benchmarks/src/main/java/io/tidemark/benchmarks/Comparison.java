package io.tidemark.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/// Sides of one benchmark class, measured in turn: A B C, A B C, ...
///
/// Each measurement is a JMH run of its own in this JVM, on fresh files: one iteration to warm up,
/// then three that count. The first rounds are not counted.
final class Comparison {
  /// How a score in microseconds is shown, and which way better is.
  enum Unit {
    /// A record's time; a ratio is Tidemark's time over the bare loop's.
    MICROS("µs") {
      @Override
      double shown(double micros) {
        return micros;
      }
    },
    /// A ratio is Tidemark's speed over the bare loop's.
    RECORDS_PER_SECOND("records/s") {
      @Override
      double shown(double micros) {
        return 1e6 / micros;
      }
    },
    /// The same.
    MIB_PER_SECOND("MiB/s") {
      @Override
      double shown(double micros) {
        return 1e6 / micros;
      }
    };

    private final String name;

    Unit(String name) {
      this.name = name;
    }

    abstract double shown(double micros);
  }

  /// A way to do the work that is compared with the bare loop.
  ///
  /// @param method of the benchmark class
  /// @param budget in DESIGN's words; empty if it has none
  record Side(String method, String budget) {}

  private static final String BARE = "bare";
  private static final int UNCOUNTED_ROUNDS = 3;
  private static final int ITERATIONS = 3;

  private final String work;
  private final Class<?> benchmarks;
  private final Unit unit;
  private final Map<String, String> params;
  private final List<Side> sides;
  private final Map<String, double[]> scores = new TreeMap<>();

  Comparison(
      String work, Class<?> benchmarks, Unit unit, Map<String, String> params, List<Side> sides) {
    this.work = work;
    this.benchmarks = benchmarks;
    this.unit = unit;
    this.params = params;
    this.sides = sides;
  }

  String work() {
    return work;
  }

  /// Measures, and adds what JMH gave to `raw`.
  void run(int rounds, Collection<RunResult> raw) throws RunnerException {
    List<String> methods = new ArrayList<>(List.of(BARE));
    sides.forEach(side -> methods.add(side.method()));
    for (String method : methods) {
      scores.put(method, new double[rounds]);
    }
    for (int round = -UNCOUNTED_ROUNDS; round < rounds; round++) {
      for (String method : methods) {
        RunResult result = measure(method);
        if (round >= 0) {
          scores.get(method)[round] = result.getPrimaryResult().getScore();
          raw.add(result);
        }
      }
    }
  }

  private RunResult measure(String method) throws RunnerException {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("^" + benchmarks.getName() + "." + method + "$")
            .forks(0)
            .warmupIterations(1)
            .measurementIterations(ITERATIONS)
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT);
    params.forEach(options::param);
    return new Runner(options.build()).runSingle();
  }

  /// A row of the table for each side.
  List<String> rows() {
    return sides.stream().map(this::row).toList();
  }

  private String row(Side side) {
    double[] bare = scores.get(BARE);
    double[] own = scores.get(side.method());
    double[] ratios = new double[bare.length];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = unit.shown(own[i]) / unit.shown(bare[i]);
    }
    Arrays.sort(ratios);
    return String.format(
        "| %-48s | %-5s | %,9.0f | %,9.0f | %-9s | %5.2f | %4.2f..%4.2f | %-6s |",
        work,
        side.method(),
        unit.shown(median(bare)),
        unit.shown(median(own)),
        unit.name,
        median(ratios),
        ratios[ratios.length / 4],
        ratios[ratios.length - 1 - ratios.length / 4],
        side.budget());
  }

  static List<String> heading() {
    return List.of(
        String.format(
            "| %-48s | %-5s | %9s | %9s | %-9s | %5s | %-10s | %-6s |",
            "work", "side", "bare", "tidemark", "unit", "ratio", "quartiles", "budget"),
        "| --- | --- | ---: | ---: | --- | ---: | --- | --- |");
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
