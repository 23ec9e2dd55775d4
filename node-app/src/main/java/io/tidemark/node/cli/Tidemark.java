package io.tidemark.node.cli;

import java.io.PrintWriter;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/// The program: parses the command line, runs one command, and says on the last line of standard
/// error why it failed, if it did.
@Command(
    name = "tidemark",
    description = "A partitioned, replicated write-ahead log.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {NodeCommand.class, ClusterCommand.class, DemoCommand.class, LogCommand.class},
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:fine",
      "1:anything else",
      "2:wrong usage",
      "3:damaged data: a log, a node's files, or a dump that is not whole",
      "4:refused: in use, of another node, cluster, log or format version, or in the way"
    })
public final class Tidemark implements Runnable {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  public static void main(String[] args) {
    System.exit(run(args));
  }

  static int run(String... args) {
    Optional<String> missing = JvmFlags.missing();
    if (missing.isPresent()) {
      System.err.println("tidemark: " + missing.get());
      return Exit.OTHER;
    }
    int code =
        new CommandLine(new Tidemark())
            .setParameterExceptionHandler(Tidemark::wrongUsage)
            .setExecutionExceptionHandler(Tidemark::failed)
            .execute(args);
    if (code == Exit.FINE && System.out.checkError()) {
      System.err.println("tidemark: standard output cannot be written to");
      return Exit.OTHER;
    }
    return code;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which command? try --help");
  }

  private static int wrongUsage(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    command.usage(err);
    err.println("tidemark: " + e.getMessage());
    return Exit.USAGE;
  }

  private static int failed(Exception e, CommandLine command, ParseResult result) {
    command.getErr().println("tidemark: " + Exit.reason(e));
    return Exit.codeOf(e);
  }
}
