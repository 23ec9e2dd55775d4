package io.tidemark.benchmarks;

import io.tidemark.benchmarks.contender.Contender;
import io.tidemark.benchmarks.contender.Contenders;
import io.tidemark.benchmarks.work.Scale;
import io.tidemark.benchmarks.work.Scratch;
import io.tidemark.benchmarks.work.Work;
import io.tidemark.benchmarks.work.Works;
import java.time.Duration;
import java.util.List;
import org.slf4j.LoggerFactory;

/// Measures all works and prints the table; `benchmarks/run` starts it.
public final class Benchmarks {
  private Benchmarks() {}

  /// The entry.
  public static void main(String[] arguments) throws Exception {
    Options options;
    try {
      options = Options.parse(List.of(arguments));
    } catch (IllegalArgumentException e) {
      System.err.println(Options.USAGE);
      System.exit(2);
      return;
    }
    // Before the threads of several libraries ask for it all at once, which SLF4J would remark on.
    LoggerFactory.getILoggerFactory();
    run(options);
    // Some peers leave threads behind that nobody can stop.
    System.exit(0);
  }

  private static void run(Options options) throws Exception {
    long began = System.nanoTime();
    Scratch scratch = Scratch.below(options.directory());
    Conditions conditions = Conditions.in(scratch.directory());
    System.out.println(conditions);
    System.out.printf("medians of %d rounds, (quartiles)%n%n", options.rounds());
    Table.heading().forEach(System.out::println);
    Results results = new Results(conditions);
    List<Contender> contenders =
        Contenders.all().stream().filter(c -> c.name().contains(options.side())).toList();
    Scale scale = options.quick() ? Scale.quick() : Scale.full();
    for (Work work : Works.all(scale, scratch)) {
      if (work.name().contains(options.only())) {
        Comparison comparison = Comparison.of(work, contenders, options.rounds());
        Table.rows(comparison).forEach(System.out::println);
        results.add(comparison);
        results.write(options.json());
      }
    }
    System.out.printf("%n%d seconds%n", Duration.ofNanos(System.nanoTime() - began).toSeconds());
  }
}
