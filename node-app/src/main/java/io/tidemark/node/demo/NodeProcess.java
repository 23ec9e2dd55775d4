package io.tidemark.node.demo;

import io.tidemark.node.NodeProgram;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// One node as a process of its own: this program again, with the same JVM.
///
/// What it says on standard error is kept in [#log]. A killed node leaves its driver's files in
/// memory; [#close] removes them.
public final class NodeProcess implements AutoCloseable {
  private static final long STOP_SECONDS = 20;

  private final String id;
  private final Path data;
  private final Path log;
  private final InetSocketAddress http;
  private final List<String> command;
  private Process process;

  /// @param jvmFlags more flags for the JVM
  /// @param options more options for `tidemark node`
  public NodeProcess(
      String id, Path data, InetSocketAddress http, List<String> jvmFlags, List<String> options) {
    this.id = id;
    this.data = data;
    this.log = data.resolveSibling(id + ".log");
    this.http = http;
    this.command = new ArrayList<>(jvm(jvmFlags));
    command.addAll(List.of("node", "--id=" + id, "--data=" + data, "--http=" + text(http)));
    command.addAll(options);
  }

  /// The JVM, flags and main class that run a node as this process runs.
  private static List<String> jvm(List<String> flags) {
    List<String> jvm =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:+UseSerialGC",
                // A short life on few cores: the optimising compiler would cost more than it gives.
                "-XX:TieredStopAtLevel=1",
                "-Xmx512m"));
    jvm.addAll(program());
    jvm.addAll(flags);
    jvm.add("io.tidemark.node.cli.Tidemark");
    return jvm;
  }

  /// The classes: of the packaged program, with its cache, where the launcher or a test says so; or
  /// else what this process has.
  private static List<String> program() {
    String program = System.getProperty("tidemark.node.program");
    return program == null
        ? List.of("-cp", System.getProperty("java.class.path"))
        : List.of(
            "-XX:AOTCache=" + program.replaceFirst("jar$", "aot"),
            "-Xlog:aot*=off,cds*=off",
            "-cp",
            program);
  }

  static String text(InetSocketAddress address) {
    return address.getHostString() + ":" + address.getPort();
  }

  /// Starts the process; that it serves is for [DemoCluster#awaitReady] to say.
  public void start() throws IOException {
    process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .start();
  }

  /// SIGKILL: nothing is said goodbye to.
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
  }

  /// SIGTERM; does not wait.
  void terminate() {
    if (isAlive()) {
      process.destroy();
    }
  }

  /// SIGTERM, and SIGKILL if that does not help in time.
  public void stop() throws InterruptedException {
    terminate();
    if (isAlive() && !process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
      kill();
    }
  }

  /// Sends a signal by name, for example `STOP`.
  public void signal(String name) throws IOException, InterruptedException {
    signal(name, List.of(this));
  }

  /// Sends one signal to several, in one go.
  static void signal(String name, List<NodeProcess> nodes)
      throws IOException, InterruptedException {
    List<String> kill = new ArrayList<>(List.of("kill", "-" + name));
    nodes.forEach(node -> kill.add(Long.toString(node.process.pid())));
    int code = new ProcessBuilder(kill).inheritIO().start().waitFor();
    if (code != 0) {
      throw new IOException(kill + " ended with " + code);
    }
  }

  /// Waits for the end of the process; empty if it did not end in time.
  public OptionalInt exitCode(Duration within) throws InterruptedException {
    return process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS)
        ? OptionalInt.of(process.exitValue())
        : OptionalInt.empty();
  }

  /// The last line on standard error.
  public String lastLine() throws IOException {
    List<String> lines = Files.readAllLines(log);
    return lines.isEmpty() ? "" : lines.getLast();
  }

  public boolean isAlive() {
    return process != null && process.isAlive();
  }

  public String id() {
    return id;
  }

  public Path data() {
    return data;
  }

  public Path log() {
    return log;
  }

  /// Where its media driver keeps its files while it runs.
  public Path aeronDirectory() {
    return NodeProgram.aeronDirectory(id, data);
  }

  public InetSocketAddress http() {
    return http;
  }

  public URI uri(String path) {
    return URI.create("http://" + text(http) + path);
  }

  /// Ends it, if it still runs, and removes what it left in memory.
  @Override
  public void close() {
    if (isAlive()) {
      process.destroyForcibly().onExit().join();
    }
    if (!Files.isDirectory(aeronDirectory())) {
      return;
    }
    try (Stream<Path> entries = Files.walk(aeronDirectory())) {
      for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(entry);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
