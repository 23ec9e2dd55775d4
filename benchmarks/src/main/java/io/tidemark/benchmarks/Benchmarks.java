package io.tidemark.benchmarks;

import io.tidemark.benchmarks.Comparison.Side;
import io.tidemark.benchmarks.Comparison.Unit;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.RunnerException;
import org.slf4j.LoggerFactory;

/// Runs every comparison and prints the table; `benchmarks/run` starts it.
public final class Benchmarks {
  private static final String USAGE =
      "options: [--dir DIR] [--rounds N] [--only TEXT] [--json FILE]";

  private Path directory = Path.of("");
  private Path json = Path.of("results.json");
  private int rounds = 11;
  private String only = "";

  private Benchmarks(String[] arguments) {
    if (arguments.length % 2 != 0) {
      throw new IllegalArgumentException(USAGE);
    }
    for (int i = 0; i < arguments.length; i += 2) {
      String value = arguments[i + 1];
      switch (arguments[i]) {
        case "--dir" -> directory = Path.of(value);
        case "--json" -> json = Path.of(value);
        case "--rounds" -> rounds = Integer.parseInt(value);
        case "--only" -> only = value;
        default -> throw new IllegalArgumentException(USAGE);
      }
    }
  }

  /// The entry.
  public static void main(String[] arguments) throws IOException, RunnerException {
    Benchmarks benchmarks;
    try {
      benchmarks = new Benchmarks(arguments);
    } catch (IllegalArgumentException e) {
      System.err.println(USAGE);
      System.exit(2);
      return;
    }
    benchmarks.run();
  }

  private void run() throws IOException, RunnerException {
    // Before Pekko's threads ask for it all at once, which SLF4J would remark on in the table.
    LoggerFactory.getILoggerFactory();
    Path scratch = Files.createTempDirectory(directory.toAbsolutePath(), "tidemark-benchmarks");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(scratch)));
    System.out.printf(
        "Java %s, %d CPUs, %s file system; durable: written and synced"
            + " (FileChannel.force(false));%nmedian of %d rounds, sides in turn%n%n",
        Runtime.version(),
        Runtime.getRuntime().availableProcessors(),
        Files.getFileStore(scratch).type(),
        rounds);
    Comparison.heading().forEach(System.out::println);
    List<RunResult> raw = new ArrayList<>();
    for (Comparison comparison : comparisons(scratch)) {
      if (comparison.work().contains(only)) {
        comparison.run(rounds, raw);
        comparison.rows().forEach(System.out::println);
      }
    }
    try (PrintStream out = new PrintStream(json.toFile(), StandardCharsets.UTF_8)) {
      ResultFormatFactory.getInstance(ResultFormatType.JSON, out).writeOut(raw);
    }
  }

  /// At the end of the JVM, so that a run that is interrupted leaves nothing behind either.
  private static void delete(Path scratch) {
    try {
      Scratch.deleteAll(scratch);
    } catch (IOException e) {
      System.err.println("could not delete " + scratch + ": " + e.getMessage());
    }
  }

  /// Those with many records come first: they leave the code warm for those with few.
  private static List<Comparison> comparisons(Path scratch) {
    List<Comparison> all = new ArrayList<>();
    for (int bytes : List.of(100, 1024)) {
      Map<String, String> params =
          Map.of("payloadBytes", String.valueOf(bytes), "parent", scratch.toString());
      String size = bytes + " bytes";
      all.add(
          new Comparison(
              "durable appends of " + size + ", 256 outstanding",
              DurableStream.class,
              Unit.RECORDS_PER_SECOND,
              params,
              List.of(new Side("log", ""), new Side("actor", ">= 0.9"))));
      all.add(
          new Comparison(
              "durable append of " + size + ", 1 outstanding",
              DurableAppend.class,
              Unit.MICROS,
              params,
              List.of(new Side("log", "<= 1.15"), new Side("actor", "<= 1.5"))));
      all.add(
          new Comparison(
              "sequential read, records of " + size,
              SequentialRead.class,
              Unit.MIB_PER_SECOND,
              params,
              List.of(new Side("log", ">= 0.5"))));
    }
    return all;
  }
}
