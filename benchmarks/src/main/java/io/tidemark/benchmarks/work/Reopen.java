package io.tidemark.benchmarks.work;

import io.tidemark.benchmarks.contender.Contender;
import io.tidemark.benchmarks.contender.Contender.Ability;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Opens what a process left that was killed with SIGKILL, in a process of its own: from the call
/// that opens to the first record durable. That process is killed as well, and so on.
///
/// The page cache is warm: a killed process takes nothing out of it. The time of the whole process,
/// from its start on, is in the raw figures.
final class Reopen implements Work {
  private final String size;
  private final long bytes;
  private final int maxRounds;
  private final Scratch scratch;
  private final Map<Contender, Path> killed = new HashMap<>();

  Reopen(String size, long bytes, int maxRounds, Scratch scratch) {
    this.size = size;
    this.bytes = bytes;
    this.maxRounds = maxRounds;
    this.scratch = scratch;
  }

  @Override
  public String name() {
    return "open after kill -9, " + size;
  }

  @Override
  public Unit unit() {
    return Unit.MILLIS;
  }

  @Override
  public String durability() {
    return "to the first synced record";
  }

  @Override
  public int rounds(int asked) {
    return Math.min(asked, maxRounds);
  }

  @Override
  public boolean inTurn() {
    return false;
  }

  @Override
  public boolean suits(Contender contender) {
    return contender.abilities().contains(Ability.REOPEN);
  }

  @Override
  public Turn turn(Contender contender) throws Exception {
    if (!killed.containsKey(contender)) {
      killed.put(contender, scratch.fresh());
      runAndKill(contender, Victim.FILL);
    }
    return runAndKill(contender, Victim.OPEN);
  }

  private Turn runAndKill(Contender contender, String step) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Victim.class.getName()));
    command.addAll(
        List.of(step, contender.name(), killed.get(contender).toString(), Long.toString(bytes)));
    long began = System.nanoTime();
    Process victim =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (BufferedReader answers = victim.inputReader()) {
      double millis = millis(answers);
      return new Turn(millis, Map.of("processMillis", (System.nanoTime() - began) / 1e6));
    } finally {
      victim.destroyForcibly().waitFor();
    }
  }

  private static double millis(BufferedReader answers) throws IOException {
    for (String line = answers.readLine(); line != null; line = answers.readLine()) {
      if (line.startsWith(Victim.DONE)) {
        return Long.parseLong(line.substring(Victim.DONE.length())) / 1e6;
      }
    }
    throw new IOException("the process ended before it was killed");
  }

  @Override
  public void forget(Contender contender) throws IOException {
    if (killed.containsKey(contender)) {
      contender.sweep(killed.get(contender));
      scratch.delete(killed.remove(contender));
    }
  }
}
