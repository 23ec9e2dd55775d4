package io.tidemark.node.cli;

import io.tidemark.node.tools.Replaying;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tidemark log replay`.
@Command(
    name = "replay",
    description = {
      "Bring back to the logs of a node what its journal holds of them, as the node does when it"
          + " starts.",
      "For who wants to look into the logs of a node that was killed and is not to be started."
    })
final class LogReplay implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "DIR", description = "a node's data directory")
  private Path data;

  @Override
  public Integer call() {
    long writes = Replaying.run(data);
    spec.commandLine().getOut().println(writes + " writes done again");
    return Exit.FINE;
  }
}
