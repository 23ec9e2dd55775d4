package io.tidemark.node.demo;

import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// One node as a process of its own: this program again, with the same JVM.
final class NodeProcess {
  private static final long STOP_SECONDS = 20;

  private final String id;
  private final Path data;
  private final Path log;
  private final InetSocketAddress http;
  private final List<String> command;
  private Process process;

  NodeProcess(
      String id,
      Path data,
      InetSocketAddress http,
      InetSocketAddress listen,
      String nodes,
      int partitions,
      int replicas) {
    this.id = id;
    this.data = data;
    this.log = data.resolveSibling(id + ".log");
    this.http = http;
    this.command = new ArrayList<>(jvm());
    command.addAll(
        List.of(
            "node",
            "--id=" + id,
            "--data=" + data,
            "--http=" + text(http),
            "--listen=" + text(listen),
            "--nodes=" + nodes,
            "--partitions=" + partitions,
            "--replicas=" + replicas,
            "--segment-mib=4"));
  }

  /// The JVM, flags and main class that run a node as this process runs.
  private static List<String> jvm() {
    return List.of(
        ProcessHandle.current().info().command().orElse("java"),
        "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "--enable-native-access=ALL-UNNAMED",
        "-XX:+ExitOnOutOfMemoryError",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xmx512m",
        "-cp",
        System.getProperty("java.class.path"),
        "io.tidemark.node.cli.Tidemark");
  }

  static String text(InetSocketAddress address) {
    return address.getHostString() + ":" + address.getPort();
  }

  void start() throws IOException {
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .start();
  }

  /// SIGKILL: nothing is said goodbye to.
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
  }

  /// SIGTERM, and SIGKILL if that does not help in time.
  void stop() throws InterruptedException {
    if (process != null && process.isAlive()) {
      process.destroy();
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        kill();
      }
    }
  }

  boolean isAlive() {
    return process != null && process.isAlive();
  }

  String id() {
    return id;
  }

  Path data() {
    return data;
  }

  Path log() {
    return log;
  }

  URI uri(String path) {
    return URI.create("http://" + text(http) + path);
  }
}
