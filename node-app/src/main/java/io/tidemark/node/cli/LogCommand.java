package io.tidemark.node.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// `tidemark log`: the tools for one partition's log.
@Command(
    name = "log",
    description = {
      "Look into one partition's log, and mend it. DIR is its directory, or a node's data"
          + " directory",
      "with --partition. What reads may run beside the node; what writes refuses a log in use."
    },
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    synopsisSubcommandLabel = "TOOL",
    subcommands = {
      LogReading.Inspect.class,
      LogReading.Dump.class,
      LogReading.Verify.class,
      LogReading.Stats.class,
      LogWriting.Load.class,
      LogWriting.Repair.class,
      LogWriting.Trim.class,
      LogReplay.class,
      LogReading.Bench.class
    })
final class LogCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which tool? try log --help");
  }
}
