package io.tidemark.testkit.cluster;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A shell that outlives this JVM if that is killed, and then undoes what the JVM cannot.
///
/// It reads one command a line, and at the end of its input, which only the death of the JVM
/// brings, runs them, the last first. A JVM that undoes things itself calls [#dismiss] instead.
final class Undertaker {
  private static final Path OWN_SESSION = Path.of("/usr/bin/setsid");

  /// What is killed is often a whole session, or told to hang up by a terminal.
  private static final String SCRIPT =
      """
      trap '' HUP INT TERM
      todo=
      while IFS= read -r line; do
        todo="$line
      $todo"
      done
      eval "$todo"
      """;

  private final Process shell;
  private final BufferedWriter commands;

  private Undertaker(Process shell) {
    this.shell = shell;
    this.commands = shell.outputWriter();
  }

  static Undertaker start() {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(OWN_SESSION)) {
      command.add(OWN_SESSION.toString());
    }
    command.addAll(List.of("sh", "-c", SCRIPT));
    try {
      return new Undertaker(
          new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A path as one word of a command.
  static String word(Path path) {
    return "'" + path.toString().replace("'", "'\\''") + "'";
  }

  synchronized void add(String command) {
    try {
      commands.write(command + "\n");
      commands.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("nobody would clean up after a kill", e);
    }
  }

  /// Nothing is left to undo.
  void dismiss() {
    shell.destroyForcibly().onExit().join();
  }
}
