package io.tidemark.benchmarks.replicated;

import io.tidemark.benchmarks.replicated.member.Layout;
import io.tidemark.benchmarks.replicated.member.MemberKind;
import io.tidemark.benchmarks.replicated.member.MemberProgram;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// One process of a cluster: started with the JVM, the flags and the libraries of this one, told
/// what to do by lines, and killed by its id.
final class Child implements AutoCloseable {
  private static final int LAST_LINES = 40;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final List<String> MEMORY = List.of("-Xms512m", "-Xmx512m");

  /// Of a thousand replicas, which do not fit into the above.
  private static final List<String> MUCH_MEMORY =
      List.of("-Xms1536m", "-Xmx1536m", "-XX:MaxDirectMemorySize=5g");

  private final String name;
  private final List<String> command;
  private final Path log;
  private final Path temporary;
  private final Path data;
  private Process process;
  private boolean awake;
  private PrintStream lines;
  private BlockingQueue<String> answers;

  Child(MemberKind kind, Layout layout, List<String> libraries) {
    name = layout.name();
    log = layout.directory().resolve(name + ".log");
    data = layout.own();
    temporary = layout.directory().resolve(name + "-tmp");
    command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> !flag.startsWith("-Xm"))
        .forEach(command::add);
    command.addAll(layout.partitions() == 1 ? MEMORY : MUCH_MEMORY);
    command.add("-Djava.io.tmpdir=" + temporary);
    command.add("-cp");
    command.add(classPath(libraries));
    command.add(MemberProgram.class.getName());
    command.add(kind.name());
    command.addAll(layout.arguments());
  }

  /// What this JVM has, and before it the jars of `libraries`, which are beside its own.
  private static String classPath(List<String> libraries) {
    List<String> own = List.of(System.getProperty("java.class.path").split(File.pathSeparator));
    Path target = Path.of(own.getFirst()).toAbsolutePath().getParent();
    return libraries.stream()
            .map(library -> target.resolve(library) + File.separator + "*" + File.pathSeparator)
            .collect(Collectors.joining())
        + String.join(File.pathSeparator, own);
  }

  void start() throws IOException {
    Files.createDirectories(temporary);
    process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    lines = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    BlockingQueue<String> queue = new LinkedBlockingQueue<>();
    answers = queue;
    BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
    Thread.ofVirtual().name("answers of " + name).start(() -> pass(reader, queue));
    awake = true;
  }

  private static void pass(BufferedReader reader, BlockingQueue<String> queue) {
    try {
      reader.lines().forEach(queue::add);
    } catch (UncheckedIOException e) {
      // It was killed: who waits for an answer sees that.
    }
  }

  /// Says something that is answered later, or not at all.
  void tell(String line) {
    lines.println(line);
  }

  /// Of what it said on standard error, which is deleted with the files.
  private String lastLines() {
    try {
      List<String> said = Files.readAllLines(log);
      return String.join("\n", said.subList(Math.max(0, said.size() - LAST_LINES), said.size()));
    } catch (IOException e) {
      return e.toString();
    }
  }

  /// The next answer.
  String answer(Duration within) throws InterruptedException {
    long deadline = System.nanoTime() + within.toNanos();
    while (true) {
      String answer = answers.poll(100, TimeUnit.MILLISECONDS);
      if (answer != null) {
        return answer;
      }
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new IllegalStateException(name + " does not answer\n" + lastLines());
      }
    }
  }

  String ask(String line, Duration within) throws InterruptedException {
    tell(line);
    return answer(within);
  }

  /// The next answer that has come already, if any.
  String answered() {
    return answers.poll();
  }

  /// SIGKILL; returns at once.
  void kill() {
    // Crash story: a process that is killed still counts as alive for a moment, was asked who
    // leads, and did not answer.
    awake = false;
    process.destroyForcibly();
  }

  /// SIGSTOP: it does nothing more until [#resume].
  void pause() throws IOException, InterruptedException {
    signal("STOP");
    awake = false;
  }

  /// SIGCONT.
  void resume() throws IOException, InterruptedException {
    signal("CONT");
    awake = true;
  }

  private void signal(String signal) throws IOException, InterruptedException {
    // The shell's own: the program of that name is not everywhere.
    int code =
        new ProcessBuilder("sh", "-c", "kill -%s %d".formatted(signal, process.pid()))
            .inheritIO()
            .start()
            .waitFor();
    if (code != 0) {
      throw new IOException("SIG%s of %s: expected 0, found %d".formatted(signal, name, code));
    }
  }

  /// Every sync of its disk takes `delay` more.
  void slow(Duration delay) throws InterruptedException {
    demand("slow " + delay.toMillis(), "slowed");
  }

  /// It deletes the oldest records beyond `bytes`, from now on.
  void keep(long bytes) throws InterruptedException {
    demand("keep " + bytes, "kept");
  }

  private void demand(String line, String expected) throws InterruptedException {
    String answer = ask(line, PATIENCE);
    if (!answer.equals(expected)) {
      throw new IllegalStateException(
          "%s: expected %s, found %s".formatted(name, expected, answer));
    }
  }

  /// How far its log is durable.
  long durableLsn() throws InterruptedException {
    return count("durable");
  }

  /// The number that it answers to `word`.
  long count(String word) throws InterruptedException {
    String answer = ask(word, PATIENCE);
    if (!answer.startsWith(word + " ")) {
      throw new IllegalStateException(
          "%s: expected %s and a number, found %s".formatted(name, word, answer));
    }
    return Long.parseLong(answer.substring(word.length() + 1));
  }

  /// All its files, as long as it does not run they may be deleted.
  Path data() {
    return data;
  }

  /// Whether it runs, and is neither paused nor killed.
  boolean isAwake() {
    return awake && process.isAlive();
  }

  @Override
  public void close() {
    if (process != null) {
      awake = false;
      process.destroyForcibly().onExit().join();
    }
  }
}
