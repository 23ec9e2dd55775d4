package io.tidemark.testkit.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// A program of the machine that was run to its end.
record Tool(List<String> command, int code, String said) {
  /// Runs it; one that is not there is one that failed.
  static Tool run(String... command) {
    return run(List.of(command));
  }

  static Tool run(List<String> command) {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      return new Tool(command, -1, e.getMessage());
    }
    try {
      process.getOutputStream().close();
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return new Tool(command, process.waitFor(), said);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      return new Tool(command, -1, "interrupted");
    }
  }

  /// Runs it; throws [IllegalStateException] if it fails.
  static String must(String... command) {
    return must(List.of(command));
  }

  static String must(List<String> command) {
    Tool tool = run(command);
    if (!tool.worked()) {
      throw new IllegalStateException(
          "%s ended with %d: %s".formatted(String.join(" ", command), tool.code(), tool.said()));
    }
    return tool.said();
  }

  /// Runs one line of words.
  static String line(String format, Object... values) {
    return must(List.of(format.formatted(values).split(" ")));
  }

  boolean worked() {
    return code == 0;
  }
}
