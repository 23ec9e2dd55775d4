package io.tidemark.node.cli;

import io.tidemark.node.tools.LogPlace;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.OptionalInt;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/// Which log a tool is for.
final class Where {
  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Parameters(paramLabel = "DIR", description = "the log's directory, or a node's data directory")
  private Path directory;

  @Option(
      names = "--partition",
      paramLabel = "N",
      description = "which partition of a node's data directory")
  private Integer partition;

  LogPlace place() {
    try {
      LogPlace place =
          LogPlace.of(
              directory, partition == null ? OptionalInt.empty() : OptionalInt.of(partition));
      if (place.isUnsettled()) {
        spec.commandLine()
            .getErr()
            .println(
                "note: the node was killed; after a power cut its journal may hold what this log"
                    + " lacks until log replay");
      }
      return place;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  PrintWriter out() {
    return spec.commandLine().getOut();
  }

  /// Wrong usage if `condition` does not hold.
  void check(boolean condition, String otherwise) {
    if (!condition) {
      throw new ParameterException(spec.commandLine(), otherwise);
    }
  }
}
