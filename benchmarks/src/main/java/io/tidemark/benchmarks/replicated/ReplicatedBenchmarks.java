package io.tidemark.benchmarks.replicated;

import io.tidemark.benchmarks.replicated.Cluster.Driven;
import io.tidemark.benchmarks.work.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/// Measures all works of all sides and prints the table; `benchmarks/run-replicated` starts it.
public final class ReplicatedBenchmarks {
  private static final int TURNS_TO_SETTLE = 4;
  private static final long KEPT_BYTES = 1L << 30;
  private static final Duration WARM_UP = Duration.ofSeconds(10);
  private static final Duration SETTLE = Duration.ofSeconds(2);

  private final Options options;
  private final Path scratch;
  private final Figures figures;
  private final List<Work> works;
  private volatile Cluster running;

  private ReplicatedBenchmarks(Options options, Path scratch) throws IOException {
    this.options = options;
    this.scratch = scratch;
    this.figures = new Figures(Conditions.in(scratch));
    this.works = Work.all().stream().filter(w -> options.names(w)).toList();
  }

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
    Path scratch =
        Files.createTempDirectory(
            options.directory().toAbsolutePath(), "tidemark-benchmarks-replicated");
    ReplicatedBenchmarks benchmarks = new ReplicatedBenchmarks(options, scratch);
    Runtime.getRuntime().addShutdownHook(new Thread(benchmarks::cleanUp, "clean up"));
    benchmarks.run();
  }

  /// However it ends: servers are killed, files are deleted.
  private void cleanUp() {
    try {
      Cluster last = running;
      if (last != null) {
        last.close();
      }
      Scratch.deleteTree(scratch);
    } catch (IOException e) {
      System.err.println("could not delete " + scratch + ": " + e.getMessage());
    }
  }

  private void run() throws IOException, InterruptedException {
    long began = System.nanoTime();
    List<Side> sides = Side.all().stream().filter(s -> options.names(s)).toList();
    figures.conditions().forEach((name, value) -> System.out.println(name + ": " + value));
    System.out.printf("%d rounds of %d s%n%n", options.rounds(), options.length().toSeconds());
    for (int round = 0; round < options.rounds(); round++) {
      for (Side side : sides) {
        try {
          turn(side, round);
        } catch (IOException | IllegalStateException e) {
          // What the others do is worth knowing all the same.
          System.err.printf("round %d, %s ended early: %s%n", round, side.name(), e.getMessage());
        }
        figures.write(options.json());
      }
    }
    Table table = new Table(figures, sides);
    Table.heading().forEach(System.out::println);
    for (Work work : works) {
      table.rows(work).forEach(System.out::println);
    }
    System.out.printf("%n%d seconds%n", Duration.ofNanos(System.nanoTime() - began).toSeconds());
  }

  /// A cluster of its own does all works of one partition; others have clusters for themselves.
  private void turn(Side side, int round) throws IOException, InterruptedException {
    boolean chosen = !options.only().isEmpty();
    List<Work> due = works.stream().filter(w -> w.isDue(side, round, chosen)).toList();
    List<Work> ofOne = due.stream().filter(w -> !(w instanceof Work.Partitions)).toList();
    if (!ofOne.isEmpty()) {
      within(side, 1, cluster -> ofOnePartition(cluster, side, round, ofOne));
    }
    for (Work work : due) {
      if (work instanceof Work.Partitions partitions) {
        Ratio ratio =
            new Ratio(
                rate(side, partitions.many(), partitions.append()),
                rate(side, partitions.few(), partitions.append()));
        note(work, side, round, ratio);
      }
    }
  }

  private void ofOnePartition(Cluster cluster, Side side, int round, List<Work> due)
      throws IOException, InterruptedException {
    cluster.drive(new Work.Append(1024, 256), WARM_UP);
    Faults faults = new Faults(cluster, options.length().dividedBy(2), scratch.resolve("copy"));
    for (Work work : due) {
      switch (work) {
        case Work.Append append -> append(cluster, side, round, append);
        case Work.LoseLeader loss -> loseLeader(cluster, side, round, loss);
        case Work.HurtFollower hurt -> note(work, side, round, faults.hurtFollower(hurt));
        case Work.CatchUp catchUp -> note(work, side, round, faults.catchUp(catchUp));
        case Work.FullLoad load -> fullLoad(cluster, side, round, load);
        case Work.Partitions _ -> throw new IllegalArgumentException(work.name());
      }
    }
  }

  private void append(Cluster cluster, Side side, int round, Work.Append work)
      throws InterruptedException {
    cluster.drive(work, SETTLE);
    Driven driven = cluster.drive(work, options.length());
    double rate = driven.records() / driven.seconds();
    if (work.outstanding() == 1) {
      Map<String, Double> details =
          Map.of(
              "p50Micros",
              driven.p50Micros(),
              "p99Micros",
              driven.p99Micros(),
              "recordsPerSecond",
              rate,
              "disturbed",
              (double) driven.disturbed());
      note(work, side, round, driven.p50Micros(), details);
    } else {
      note(work, side, round, rate, Map.of("disturbed", (double) driven.disturbed()));
    }
  }

  private void fullLoad(Cluster cluster, Side side, int round, Work.FullLoad work)
      throws IOException, InterruptedException {
    cluster.keep(KEPT_BYTES);
    long before = cluster.epoch();
    Optional<Driven> driven = cluster.during(work.append(), () -> letPass(options.length()));
    Map<String, Double> details =
        driven
            .map(all -> Map.of("recordsPerSecond", all.records() / all.seconds()))
            .orElse(Map.of());
    note(work, side, round, cluster.epoch() - before, details);
  }

  private static void letPass(Duration time) {
    long deadline = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < deadline) {
      LockSupport.parkNanos(deadline - System.nanoTime());
    }
  }

  private void loseLeader(Cluster cluster, Side side, int round, Work.LoseLeader work)
      throws IOException, InterruptedException {
    for (int i = 0; i < options.kills(); i++) {
      note(work, side, round, cluster.loseLeader(work.fault()), Map.of());
    }
  }

  private void note(Work work, Side side, int round, Ratio ratio) {
    note(work, side, round, ratio.ratio(), ratio.details());
  }

  private void note(Work work, Side side, int round, double value, Map<String, Double> details) {
    figures.add(work, side, round, value, details);
    System.err.printf(
        "round %d, %s, %s: %s %s%n",
        round, side.name(), work.name(), Table.shown(value, work.unit()), details);
  }

  /// Records a second of all servers together, of a cluster for that alone. What a thousand
  /// partitions do is compiled late, as each does it seldom.
  private double rate(Side side, int partitions, Work.Append append)
      throws IOException, InterruptedException {
    double[] rate = new double[1];
    within(
        side,
        partitions,
        cluster -> {
          cluster.driveAll(append, options.length().multipliedBy(TURNS_TO_SETTLE));
          rate[0] = cluster.driveAll(append, options.length());
        });
    return rate[0];
  }

  @FunctionalInterface
  private interface Turn {
    void take(Cluster cluster) throws IOException, InterruptedException;
  }

  private void within(Side side, int partitions, Turn turn)
      throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory(scratch, "cluster");
    try (Cluster cluster = Cluster.in(directory, side, partitions)) {
      running = cluster;
      cluster.start();
      turn.take(cluster);
    }
    Scratch.deleteTree(directory);
  }
}
