package io.tidemark.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// One run of `tidemark log`, as its user has it: exit code, standard output, standard error.
record ToolRun(int code, String out, String err) {
  static ToolRun of(Object... arguments) {
    return command("log", arguments);
  }

  /// Any command of the program.
  static ToolRun command(String name, Object... arguments) {
    List<String> all = new ArrayList<>(List.of(name));
    for (Object argument : arguments) {
      all.add(argument.toString());
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream outBefore = System.out;
    PrintStream errBefore = System.err;
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    try {
      int code = Tidemark.run(all.toArray(String[]::new));
      return new ToolRun(
          code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(outBefore);
      System.setErr(errBefore);
    }
  }

  /// One that has to end well.
  static ToolRun fine(Object... arguments) {
    ToolRun run = of(arguments);
    assertThat(run.code).as(run.out + run.err).isZero();
    return run;
  }

  /// One that has to end with `code`; nothing but usage comes before the reason.
  static ToolRun failed(int code, Object... arguments) {
    ToolRun run = of(arguments);
    assertThat(run.code).as(run.out + run.err).isEqualTo(code);
    assertThat(run.reason()).startsWith("tidemark: ");
    return run;
  }

  /// The last line on standard error.
  String reason() {
    return err.lines().reduce("", (_, last) -> last);
  }

  /// The lines of JSON on standard output.
  List<JsonNode> json() {
    return out.lines().map(ToolRun::parse).toList();
  }

  private static JsonNode parse(String line) {
    try {
      return new ObjectMapper().readTree(line);
    } catch (JsonProcessingException e) {
      throw new AssertionError(line, e);
    }
  }
}
