package io.tidemark.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A program of the machine that is run to its end, which must come soon.
///
/// @param worked whether it ended well
/// @param said what it wrote: a few lines, no more than a pipe holds
record Tool(boolean worked, String said) {
  private static final long MOST_SECONDS = 60;

  static Tool run(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      boolean ended = process.waitFor(MOST_SECONDS, TimeUnit.SECONDS);
      if (!ended) {
        process.destroyForcibly();
        return new Tool(false, List.of(command) + " does not end");
      }
      byte[] said = process.getInputStream().readAllBytes();
      return new Tool(process.exitValue() == 0, new String(said, StandardCharsets.UTF_8).strip());
    } catch (IOException e) {
      return new Tool(false, e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException("interrupted", e));
    }
  }

  /// Runs what has to work; returns what it said.
  static String must(String... command) {
    Tool tool = run(command);
    if (!tool.worked) {
      throw new AssertionError(String.join(" ", command) + ": " + tool.said);
    }
    return tool.said;
  }
}
