package io.tidemark.node.cli;

import io.tidemark.node.demo.Demo;
import io.tidemark.node.tools.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tidemark demo`: three nodes, real input, a killed leader, and a verification.
@Command(
    name = "demo",
    description = {
      "Run three nodes on loopback, append every line of FILE at quorum, kill the node that leads",
      "most partitions half-way, bring it back, and verify that nothing acknowledged was lost."
    },
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "a text file, one record a line (UnicodeData.txt, which comes along)")
  private Path file;

  @Option(names = "--data", description = "an empty directory to keep (a temporary one, deleted)")
  private Path data;

  @Option(names = "--partitions", defaultValue = "8", description = "partitions (${DEFAULT-VALUE})")
  private int partitions;

  @Option(
      names = "--outstanding",
      defaultValue = "256",
      description = "appends under way at once (${DEFAULT-VALUE})")
  private int outstanding;

  @Override
  public Integer call() throws IOException, InterruptedException {
    check();
    Path root = data == null ? Files.createTempDirectory("tidemark-demo-") : data;
    Files.createDirectories(root);
    boolean good = false;
    try {
      good =
          new Demo(
                  System.out,
                  outstanding,
                  System.console() != null && System.console().isTerminal())
              .run(file, root, partitions);
    } finally {
      if (good) {
        deleteIfTemporary(root);
      } else if (data == null) {
        System.err.println("the nodes' files and logs stay in " + root);
      }
    }
    if (!good) {
      throw new IllegalStateException("the verification found faults, see above");
    }
    return Exit.FINE;
  }

  private void check() throws IOException {
    if (file != null && !Files.isReadable(file)) {
      throw new ParameterException(spec.commandLine(), "cannot read " + file);
    }
    if (partitions < 1 || partitions > 64 || outstanding < 1 || outstanding > 4096) {
      throw new ParameterException(
          spec.commandLine(), "--partitions is 1 to 64, --outstanding 1 to 4096");
    }
    if (data != null && Files.exists(data)) {
      try (Stream<Path> entries = Files.list(data)) {
        if (entries.findAny().isPresent()) {
          throw new ParameterException(spec.commandLine(), data + " is not empty");
        }
      }
    }
  }

  private void deleteIfTemporary(Path root) {
    if (data != null) {
      return;
    }
    try {
      Trees.delete(root);
    } catch (IOException e) {
      System.err.println("could not delete " + root + ": " + e.getMessage());
    }
  }
}
