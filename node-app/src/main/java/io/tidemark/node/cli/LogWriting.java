package io.tidemark.node.cli;

import io.tidemark.log.Log;
import io.tidemark.log.LogConfig;
import io.tidemark.log.verify.Report;
import io.tidemark.log.verify.Verification;
import io.tidemark.node.tools.DamagedLogException;
import io.tidemark.node.tools.LogPlace;
import io.tidemark.node.tools.Repair.Policy;
import io.tidemark.node.tools.Repair.Result;
import io.tidemark.node.tools.ToolRefusedException;
import io.tidemark.storage.Directory;
import io.tidemark.storage.FileSystemDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
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
  private static final String MIB = "64";

  private LogWriting() {}

  @Command(
      name = "load",
      description = {
        "Make a log from a dump, in DIR, which is empty or not there: the same LSNs, epochs, times",
        "and batches. A dump with a wrong checksum or count is refused before anything is written."
      },
      mixinStandardHelpOptions = true)
  static final class Load implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "where the log is to be")
    private Path directory;

    @Parameters(paramLabel = "FILE", description = "a dump")
    private Path dump;

    @Option(names = "--segment-mib", defaultValue = MIB, description = "(${DEFAULT-VALUE})")
    private int segmentMib;

    @Override
    public Integer call() throws IOException {
      if (!Files.isReadable(dump) || segmentMib < 1 || segmentMib > 1024) {
        throw new ParameterException(
            spec.commandLine(), "cannot read " + dump + ", or --segment-mib is not 1 to 1024");
      }
      long last = io.tidemark.node.tools.Load.run(dump, directory, (long) segmentMib << 20);
      spec.commandLine().getOut().println("loaded up to LSN " + last);
      spec.commandLine().getOut().flush();
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
        "A log that ends before a gap must not be appended to: the LSNs behind it are taken."
      },
      mixinStandardHelpOptions = true)
  static final class Repair implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private Where where;

    @Option(names = "--give-up-damaged", required = true, description = "that you mean it")
    private boolean giveUpDamaged;

    @Option(
        names = "--policy",
        defaultValue = "safe-prefix",
        description = "strict, safe-prefix or force (${DEFAULT-VALUE})")
    private String policy;

    @Option(names = "--to", description = "the new directory (DIR.salvaged)")
    private Path target;

    @Option(names = "--segment-mib", defaultValue = MIB, description = "(${DEFAULT-VALUE})")
    private int segmentMib;

    @Override
    public Integer call() throws IOException {
      if (!giveUpDamaged) {
        throw new ParameterException(spec.commandLine(), "needs --give-up-damaged");
      }
      LogPlace place = where.place(spec);
      Path to =
          target == null
              ? place.directory().resolveSibling(place.directory().getFileName() + ".salvaged")
              : target;
      Result result =
          io.tidemark.node.tools.Repair.run(place, to, policy(), (long) segmentMib << 20);
      PrintWriter out = spec.commandLine().getOut();
      result.pieces().forEach(out::println);
      result.givenUp().forEach(lost -> out.printf("given up: %d..%d%n", lost.from(), lost.upto()));
      result.findings().forEach(out::println);
      out.flush();
      return Exit.FINE;
    }

    private Policy policy() {
      try {
        return Policy.valueOf(policy.toUpperCase(Locale.ROOT).replace('-', '_'));
      } catch (IllegalArgumentException e) {
        throw new ParameterException(spec.commandLine(), "no --policy " + policy, e);
      }
    }
  }

  @Command(
      name = "trim",
      description = "Delete the oldest segments below an LSN, as far as no holder needs them.",
      mixinStandardHelpOptions = true)
  static final class Trim implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private Where where;

    @Option(names = "--below", paramLabel = "LSN", required = true, description = "kept from here")
    private long below;

    @Override
    public Integer call() {
      LogPlace place = where.place(spec);
      try (Directory.Lock _ = place.lock()) {
        Report report = Verification.of(place.directory(), false);
        if (report.segments().isEmpty()) {
          throw new ToolRefusedException(place.directory() + " holds no log");
        }
        if (report.logId() == 0) {
          throw new DamagedLogException(report.allFindings().getFirst().toString());
        }
        LogConfig config = LogConfig.defaults(report.logId(), report.partition());
        try (Log log = Log.open(FileSystemDirectory.at(place.directory()), config)) {
          long first = log.trimBelow(below);
          spec.commandLine().getOut().println("the log begins with LSN " + first);
          spec.commandLine().getOut().flush();
        }
      }
      return Exit.FINE;
    }
  }
}
