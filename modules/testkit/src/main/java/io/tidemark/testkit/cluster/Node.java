package io.tidemark.testkit.cluster;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// One node as a process of its own. What it says on standard error is kept in [#log].
public final class Node {
  private static final long END_SECONDS = 30;

  private final String id;
  private final int number;
  private final Disk disk;
  private final Path log;
  private final Path aeron;
  private final InetSocketAddress clients;
  private final List<String> command;
  private final Undo undo;
  private volatile Process process;
  private final AtomicInteger run = new AtomicInteger();

  /// @param command all of it but where the data are
  Node(
      int number,
      Disk disk,
      Path log,
      Path aeron,
      InetSocketAddress clients,
      List<String> command,
      Undo undo) {
    this.id = id(number);
    this.number = number;
    this.disk = disk;
    this.log = log;
    this.aeron = aeron;
    this.clients = clients;
    this.command = new ArrayList<>(command);
    this.command.add("--data=" + data());
    this.command.add("--aeron-dir=" + aeron);
    this.undo = undo;
    undo.add(this::close);
    undo.afterKill("rm -rf %s", Undertaker.word(aeron));
  }

  /// The name of the node `number`: a, b, c...
  static String id(int number) {
    return Character.toString('a' + number);
  }

  /// Starts it; that it serves is for [Cluster#awaitReady] to say.
  public void start() throws IOException {
    run.incrementAndGet();
    process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .start();
    // Its number may have become that of another process since.
    undo.afterKill(
        "grep -qF %s /proc/%d/cmdline && kill -KILL %2$d", Undertaker.word(aeron), process.pid());
  }

  /// SIGKILL, also to one that is stopped, and waits for the end.
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("node " + id + " does not die; what it waits for is stuck");
    }
  }

  /// SIGSTOP: it does nothing more until [#resume].
  public void pause() {
    signal("STOP");
  }

  /// SIGCONT.
  public void resume() {
    signal("CONT");
  }

  /// SIGTERM, and SIGKILL if that does not help in time.
  public void stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
      kill();
    }
  }

  private void signal(String name) {
    // The shell's own: the program of that name is not everywhere.
    Tool.must("sh", "-c", "kill -%s %d".formatted(name, process.pid()));
  }

  /// Deletes all it has, as long as it does not run.
  public void wipe() throws IOException {
    demandEnded();
    Trees.delete(data());
  }

  /// Keeps a copy of all it has, instead of the one before, as long as it does not run.
  public void keep() throws IOException {
    demandEnded();
    Trees.delete(kept());
    Trees.copy(data(), kept());
  }

  /// Puts what was kept in the place of all it has, as long as it does not run.
  public void rollBack() throws IOException {
    wipe();
    Files.move(kept(), data());
  }

  private Path kept() {
    return disk.path().resolve("kept");
  }

  private void demandEnded() {
    if (isAlive()) {
      throw new IllegalStateException("node " + id + " runs");
    }
  }

  /// Waits for the end of the process; empty if it did not end in time.
  public OptionalInt exitCode(Duration within) throws InterruptedException {
    return process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS)
        ? OptionalInt.of(process.exitValue())
        : OptionalInt.empty();
  }

  public boolean isAlive() {
    return process != null && process.isAlive();
  }

  /// How often it was started.
  public int run() {
    return run.get();
  }

  public String id() {
    return id;
  }

  /// Its place among the nodes of the cluster, from 0.
  public int number() {
    return number;
  }

  public Path data() {
    return disk.path().resolve("data");
  }

  public Disk disk() {
    return disk;
  }

  public Path log() {
    return log;
  }

  /// The last it said; empty if it said nothing.
  public String lastLine() {
    try {
      List<String> said = Files.readAllLines(log);
      return said.isEmpty() ? "" : said.getLast();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Where clients find it.
  public URI uri(String path) {
    return URI.create("http://%s:%d%s".formatted(clients.getHostString(), clients.getPort(), path));
  }

  /// Ends it, if it still runs, and removes what its media driver left in memory.
  void close() {
    if (disk instanceof LoopDisk loop) {
      // One whose disk is stalled cannot end.
      loop.server().ifPresent(BlockServer::heal);
    }
    if (isAlive()) {
      process.destroyForcibly();
      process.onExit().orTimeout(END_SECONDS, TimeUnit.SECONDS).exceptionally(_ -> null).join();
    }
    try {
      Trees.delete(aeron);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return "node " + id;
  }
}
