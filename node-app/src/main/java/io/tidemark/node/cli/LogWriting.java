package io.tidemark.node.cli;

import io.tidemark.node.tools.LogPlace;
import io.tidemark.node.tools.Repair.Policy;
import io.tidemark.node.tools.Repair.Result;
import io.tidemark.node.tools.Trimming;
import io.tidemark.node.tools.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// The tools that change a log, or make one.
final class LogWriting {
  private LogWriting() {}

  @Command(
      name = "load",
      description = {
        "Make a log from a dump, in DIR, which is empty or not there: the same LSNs, epochs, times,"
            + " keys and batches.",
        "A dump that is not whole is refused, by its line, before anything is written: exit code 3."
      })
  static final class Load implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private SegmentSize segments;

    @Parameters(paramLabel = "DIR", description = "where the log is to be")
    private Path directory;

    @Parameters(paramLabel = "FILE", description = "a dump")
    private Path dump;

    @Override
    public Integer call() throws IOException {
      if (!Files.isRegularFile(dump) || !Files.isReadable(dump)) {
        throw new ParameterException(spec.commandLine(), "cannot read " + dump);
      }
      long last = io.tidemark.node.tools.Load.run(dump, directory, segments.bytes());
      spec.commandLine().getOut().println("loaded up to LSN " + last);
      return Exit.FINE;
    }
  }

  @Command(
      name = "repair",
      description = {
        "Copy what is sound of a damaged log into new directories beside it; the damaged files"
            + " stay.",
        "strict: nothing if anything is damaged. safe-prefix: everything up to the first damage.",
        "force: everything sound; what is behind a gap becomes a log of its own, which begins"
            + " there.",
        "A log that ends before a gap must not be appended to: the LSNs behind it are taken.",
        "Where nothing is damaged nothing is done."
      })
  static final class Repair implements Callable<Integer> {
    @Mixin private Where where;
    @Mixin private SegmentSize segments;

    @Option(
        names = "--give-up-damaged",
        required = true,
        description = "that you mean it: what is damaged will not be in the copy")
    private boolean giveUpDamaged;

    @Option(
        names = "--policy",
        paramLabel = "POLICY",
        defaultValue = "safe-prefix",
        description = "strict, safe-prefix or force (${DEFAULT-VALUE})")
    private String policy;

    @Option(
        names = "--to",
        paramLabel = "NEW",
        description = "the new directory, empty or not there (DIR.salvaged)")
    private Path target;

    @Option(names = "--json", description = "JSON, a line for each new log and one for all")
    private boolean json;

    @Override
    public Integer call() throws IOException {
      where.check(giveUpDamaged, "needs --give-up-damaged");
      LogPlace place = where.place();
      Path to =
          target == null
              ? place.directory().resolveSibling(place.directory().getFileName() + ".salvaged")
              : target;
      Result result = io.tidemark.node.tools.Repair.run(place, to, policy(), segments.bytes());
      (json ? Verdict.jsonLines(result) : Verdict.text(result)).forEach(where.out()::println);
      return Exit.FINE;
    }

    private Policy policy() {
      String name = policy.toUpperCase(Locale.ROOT).replace('-', '_');
      where.check(
          Arrays.stream(Policy.values()).anyMatch(one -> one.name().equals(name)),
          "--policy is strict, safe-prefix or force, not " + policy);
      return Policy.valueOf(name);
    }
  }

  @Command(
      name = "trim",
      description = {
        "Delete the oldest segments below an LSN, as far as no holder needs them.",
        "A log that is damaged is not trimmed."
      })
  static final class Trim implements Callable<Integer> {
    @Mixin private Where where;

    @Option(
        names = "--below",
        paramLabel = "LSN",
        required = true,
        description = "no record from this LSN on is deleted")
    private long below;

    @Override
    public Integer call() {
      where.check(below >= 1, "--below is at least 1");
      Trimming.run(where.place(), below).forEach(where.out()::println);
      return Exit.FINE;
    }
  }
}
