package io.tidemark.node.cli;

import io.tidemark.node.tools.LogPlace;
import java.nio.file.Path;
import java.util.OptionalInt;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/// Which log a tool is for.
final class Where {
  @Parameters(paramLabel = "DIR", description = "the log's directory, or a node's data directory")
  private Path directory;

  @Option(names = "--partition", description = "which partition of a node's data directory")
  private Integer partition;

  Path directory() {
    return directory;
  }

  LogPlace place(CommandSpec spec) {
    try {
      return LogPlace.of(
          directory, partition == null ? OptionalInt.empty() : OptionalInt.of(partition));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }
}
