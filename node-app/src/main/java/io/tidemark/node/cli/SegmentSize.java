package io.tidemark.node.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/// How long the segments of a log are that a tool makes.
final class SegmentSize {
  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--segment-mib",
      paramLabel = "MIB",
      defaultValue = "64",
      description = "length of the new log's segments, more if a batch needs it (${DEFAULT-VALUE})")
  private int mib;

  long bytes() {
    if (mib < 1 || mib > 1024) {
      throw new ParameterException(spec.commandLine(), "--segment-mib is 1 to 1024");
    }
    return (long) mib << 20;
  }
}
