package io.tidemark.node.cli;

import io.tidemark.log.verify.Report;
import io.tidemark.log.verify.Verification;
import io.tidemark.node.tools.DamagedLogException;
import io.tidemark.node.tools.Filter;
import io.tidemark.node.tools.Inspection;
import io.tidemark.node.tools.LogPlace;
import io.tidemark.node.tools.QuickBench;
import io.tidemark.node.tools.Verdict;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The tools that change nothing.
final class LogReading {
  private LogReading() {}

  private static Integer judged(Report report) {
    if (!report.isSound()) {
      throw new DamagedLogException(report.allFindings().getFirst().toString());
    }
    return Exit.FINE;
  }

  @Command(
      name = "inspect",
      description = "Show headers, footers, notes, floor and holders, and what each segment holds.",
      mixinStandardHelpOptions = true)
  static final class Inspect implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private Where where;

    @Option(names = "--records", description = "a line for each mark, batch and record too")
    private boolean records;

    @Override
    public Integer call() {
      PrintWriter out = spec.commandLine().getOut();
      return judged(Inspection.print(where.place(spec), records, out));
    }
  }

  @Command(
      name = "verify",
      description = {
        "Read every byte with a decoder of its own and say what is wrong. Exit code 3 with"
            + " findings.",
        "In a log in use, what follows the last whole batch is no finding."
      },
      mixinStandardHelpOptions = true)
  static final class Verify implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private Where where;

    @Option(names = "--json", description = "JSON, a line for each segment and one for all")
    private boolean json;

    @Override
    public Integer call() {
      LogPlace place = where.place(spec);
      Report report = Verification.of(place.directory(), place.isTaken());
      PrintWriter out = spec.commandLine().getOut();
      (json ? Verdict.jsonLines(report) : Verdict.text(report)).forEach(out::println);
      out.flush();
      return judged(report);
    }
  }

  @Command(
      name = "stats",
      description = "Sizes, overhead, batch percentiles, compression, epochs, time range.",
      mixinStandardHelpOptions = true)
  static final class Stats implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private Where where;

    @Override
    public Integer call() {
      PrintWriter out = spec.commandLine().getOut();
      return judged(io.tidemark.node.tools.Stats.print(where.place(spec), out));
    }
  }

  @Command(
      name = "dump",
      description = "Write the records as JSON, one a line, with checksums and a last line.",
      mixinStandardHelpOptions = true)
  static final class Dump implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private Where where;

    @Option(names = "--out", paramLabel = "FILE", description = "where to (standard output)")
    private Path out;

    @Option(names = "--from", paramLabel = "LSN", defaultValue = "1", description = "the lowest")
    private long from;

    @Option(names = "--upto", paramLabel = "LSN", description = "the highest")
    private Long upto;

    @Option(names = "--since", paramLabel = "TIME", description = "no batch older")
    private String since;

    @Option(names = "--until", paramLabel = "TIME", description = "only batches older")
    private String until;

    @Option(names = "--type", description = "records of this type only")
    private Integer type;

    @Option(names = "--key", description = "records of this stream only")
    private Long key;

    @Override
    public Integer call() throws IOException {
      LogPlace place = where.place(spec);
      Filter filter =
          new Filter(
              from,
              upto == null ? Long.MAX_VALUE : upto,
              since == null ? 0 : micros(since),
              until == null ? Long.MAX_VALUE : micros(until),
              type == null ? OptionalInt.empty() : OptionalInt.of(type),
              key == null ? OptionalLong.empty() : OptionalLong.of(key));
      if (out == null) {
        io.tidemark.node.tools.Dump.write(place, filter, System.out);
        return Exit.FINE;
      }
      try (OutputStream file = Files.newOutputStream(out)) {
        io.tidemark.node.tools.Dump.write(place, filter, file);
      }
      return Exit.FINE;
    }

    /// Microseconds since 1970, given so or as `2026-11-21T16:00:00Z`.
    private long micros(String time) {
      try {
        return time.matches("[0-9]+")
            ? Long.parseLong(time)
            : ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(time));
      } catch (DateTimeParseException | NumberFormatException e) {
        throw new ParameterException(spec.commandLine(), "not a time: " + time, e);
      }
    }
  }

  @Command(
      name = "bench",
      description = "Append and read for a few seconds in a temporary directory beside DIR.",
      mixinStandardHelpOptions = true)
  static final class Bench implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private Where where;

    @Option(names = "--batches", defaultValue = "2000", description = "(${DEFAULT-VALUE})")
    private int batches;

    @Option(names = "--record-bytes", defaultValue = "256", description = "(${DEFAULT-VALUE})")
    private int recordBytes;

    @Override
    public Integer call() throws IOException {
      if (batches < 1 || recordBytes < 0 || recordBytes > 8192) {
        throw new ParameterException(
            spec.commandLine(), "--batches is at least 1, --record-bytes 0 to 8192");
      }
      Path beside = where.place(spec).directory();
      QuickBench.run(beside, batches, recordBytes, spec.commandLine().getOut());
      return Exit.FINE;
    }
  }
}
