package io.tidemark.node.cli;

import io.tidemark.log.verify.Report;
import io.tidemark.node.tools.Filter;
import io.tidemark.node.tools.Inspection;
import io.tidemark.node.tools.LogPlace;
import io.tidemark.node.tools.QuickBench;
import io.tidemark.node.tools.Verdict;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// The tools that change nothing.
final class LogReading {
  private LogReading() {}

  @Command(
      name = "inspect",
      description = "Show headers, footers, notes, floor and holders, and what each segment holds.")
  static final class Inspect implements Callable<Integer> {
    @Mixin private Where where;

    @Option(names = "--records", description = "a line for each mark, batch and record too")
    private boolean records;

    @Override
    public Integer call() {
      Verdict.judge(Inspection.print(where.place(), records, where.out()));
      return Exit.FINE;
    }
  }

  @Command(
      name = "verify",
      description = {
        "Read every byte with a decoder of its own and say what is wrong: exit code 3 for damage, 4"
            + " for files of another log or a later release.",
        "A write or note that a crash tore is noted and no damage: opening cuts it. In a log in use"
            + " what follows the last whole batch is no finding."
      })
  static final class Verify implements Callable<Integer> {
    @Mixin private Where where;

    @Option(names = "--json", description = "JSON, a line for each segment and one for all")
    private boolean json;

    @Override
    public Integer call() {
      Report report = where.place().verify();
      PrintWriter out = where.out();
      (json ? Verdict.jsonLines(report) : Verdict.text(report)).forEach(out::println);
      out.flush();
      Verdict.judge(report);
      return Exit.FINE;
    }
  }

  @Command(
      name = "stats",
      description = "Show sizes, overhead, batch percentiles, compression, epochs, time range.")
  static final class Stats implements Callable<Integer> {
    @Mixin private Where where;

    @Override
    public Integer call() {
      Verdict.judge(io.tidemark.node.tools.Stats.print(where.place(), where.out()));
      return Exit.FINE;
    }
  }

  @Command(
      name = "dump",
      description = {
        "Write the records as JSON, one a line, with checksums and a last line.",
        "A dump without its last line is not whole: something is damaged, or was in the way. TIME"
            + " is like 2026-11-21T16:00:00Z, or microseconds since 1970; a batch has one time."
      })
  static final class Dump implements Callable<Integer> {
    @Mixin private Where where;

    @Option(
        names = "--out",
        paramLabel = "FILE",
        description = "a new file, there when it is whole (standard output)")
    private Path out;

    @Option(
        names = "--from",
        paramLabel = "LSN",
        defaultValue = "1",
        description = "no lower LSN (${DEFAULT-VALUE})")
    private long from;

    @Option(names = "--upto", paramLabel = "LSN", description = "no higher LSN")
    private Long upto;

    @Option(names = "--since", paramLabel = "TIME", description = "no batch older than this")
    private String since;

    @Option(names = "--until", paramLabel = "TIME", description = "only batches older than this")
    private String until;

    @Option(
        names = "--type",
        paramLabel = "TYPE",
        description = "only records of this type, 1 to 65535")
    private Integer type;

    @Option(names = "--key", paramLabel = "KEY", description = "only records of this stream")
    private Long key;

    @Override
    public Integer call() throws IOException {
      LogPlace place = where.place();
      Filter filter = filter();
      if (out == null) {
        io.tidemark.node.tools.Dump.write(place, filter, new CheckedOutput(System.out));
      } else {
        long records = io.tidemark.node.tools.Dump.toFile(place, filter, out);
        where.out().println("dumped " + records + " records to " + out);
      }
      return Exit.FINE;
    }

    private Filter filter() {
      Filter filter =
          new Filter(
              from,
              upto == null ? Long.MAX_VALUE : upto,
              since == null ? 0 : micros("--since", since),
              until == null ? Long.MAX_VALUE : micros("--until", until),
              type == null ? OptionalInt.empty() : OptionalInt.of(type),
              key == null ? OptionalLong.empty() : OptionalLong.of(key));
      where.check(from >= 1, "--from is at least 1");
      where.check(from <= filter.uptoLsn(), "--upto is below --from");
      where.check(filter.sinceMicros() < filter.untilMicros(), "--until is not after --since");
      where.check(type == null || type >= 1 && type <= 0xFFFF, "--type is 1 to 65535");
      return filter;
    }

    private long micros(String option, String time) {
      try {
        return time.matches("[0-9]+")
            ? Long.parseLong(time)
            : ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(time));
      } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
        where.check(false, option + " is not a time: " + time);
        throw e;
      }
    }
  }

  @Command(
      name = "bench",
      description = "Append and read for a few seconds in a temporary directory beside DIR.")
  static final class Bench implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "a directory on the disk in question")
    private Path directory;

    @Option(
        names = "--batches",
        paramLabel = "N",
        defaultValue = "2000",
        description = "batches to append, a sync each (${DEFAULT-VALUE})")
    private int batches;

    @Option(
        names = "--record-bytes",
        paramLabel = "BYTES",
        defaultValue = "256",
        description = "length of each of the 64 records of a batch (${DEFAULT-VALUE})")
    private int recordBytes;

    @Override
    public Integer call() throws IOException {
      if (batches < 1 || recordBytes < 0 || recordBytes > 8192 || !Files.isDirectory(directory)) {
        throw new ParameterException(
            spec.commandLine(),
            "DIR is a directory, --batches at least 1, --record-bytes 0 to 8192");
      }
      QuickBench.run(directory, batches, recordBytes, spec.commandLine().getOut());
      return Exit.FINE;
    }
  }
}
