package io.tidemark.benchmarks.replicated;

import io.tidemark.benchmarks.replicated.member.Layout;
import io.tidemark.benchmarks.work.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Three servers of one side, and its client if it has one.
final class Cluster implements AutoCloseable {
  private static final int SERVERS = 3;
  private static final int ATTEMPTS = 5;
  private static final int PROBE_BYTES = 1024;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

  /// Before a leader is killed: time for who came back to catch up, and another moment between two
  /// heartbeats each time.
  private static final Duration CALM = Duration.ofSeconds(3);

  private final Path directory;
  private final Path shared;
  private final List<Child> servers = new ArrayList<>();
  private final Optional<Child> client;

  /// What one `drive` measured.
  ///
  /// @param records acknowledged
  /// @param seconds from the first append to the last acknowledgement
  /// @param p50Micros what the middle record waited, if one was outstanding
  /// @param p99Micros what one of a hundred waited at least
  /// @param disturbed how many attempts before it ended with a record that was not acknowledged
  record Driven(long records, double seconds, double p50Micros, double p99Micros, int disturbed) {
    private static Driven of(String answer, int disturbed) {
      String[] words = answer.split(" ");
      return new Driven(
          Long.parseLong(words[1]),
          Long.parseLong(words[2]) / 1e9,
          Long.parseLong(words[3]) / 1e3,
          Long.parseLong(words[4]) / 1e3,
          disturbed);
    }
  }

  private Cluster(Side side, Path directory, Path shared, List<Integer> ports) {
    this.directory = directory;
    this.shared = shared;
    for (int i = 0; i < SERVERS; i++) {
      Layout layout = new Layout(i, directory, shared, ports);
      servers.add(new Child(side.server(), layout, side.libraries()));
    }
    Layout layout = new Layout(Layout.CLIENT, directory, shared, ports);
    client = side.client().map(kind -> new Child(kind, layout, side.libraries()));
  }

  /// One in `directory`, not started.
  static Cluster in(Path directory, Side side) throws IOException {
    Path memory = Path.of("/dev/shm");
    Path shared =
        Files.createTempDirectory(
            Files.isDirectory(memory) ? memory : directory, "tidemark-benchmarks");
    return new Cluster(side, directory, shared, Ports.free(SERVERS, Layout.PORTS));
  }

  /// Returns when a leader takes appends.
  void start() throws IOException, InterruptedException {
    for (Child server : servers) {
      server.start();
    }
    leader();
    if (client.isPresent()) {
      client.get().start();
    }
  }

  /// Waits until a server says that it leads.
  private Child leader() throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      for (Child server : servers) {
        if (server.isAlive() && server.ask("leads", PATIENCE).equals("true")) {
          return server;
        }
      }
      LockSupport.parkNanos(LOOK_AGAIN.toNanos());
    }
    throw new IllegalStateException("no leader in " + directory + " within " + PATIENCE);
  }

  /// Appends for `length`, in the leader's process or in the client; again if the leader changes
  /// meanwhile, which a machine with other work may bring about.
  Driven drive(Work.Append work, Duration length) throws InterruptedException {
    String answer = "";
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Child leader = leader();
      answer =
          client
              .orElse(leader)
              .ask(
                  "drive %d %d %d".formatted(work.bytes(), work.outstanding(), length.toMillis()),
                  length.plus(PATIENCE));
      if (answer.startsWith("driven ")) {
        return Driven.of(answer, attempt);
      }
      System.err.println(answer);
    }
    throw new IllegalStateException(answer);
  }

  /// Kills the leader and starts it again; returns the milliseconds from the kill until somebody
  /// has an acknowledgement of what was appended after it.
  double killLeader() throws IOException, InterruptedException {
    Child leader = leader();
    List<Child> probes =
        client.map(List::of).orElseGet(() -> servers.stream().filter(s -> s != leader).toList());
    for (Child probe : probes) {
      probe.ask("watch " + PROBE_BYTES, PATIENCE);
    }
    LockSupport.parkNanos(
        CALM.toNanos() + ThreadLocalRandom.current().nextLong(TimeUnit.SECONDS.toNanos(1)));
    long killed = System.nanoTime();
    leader.kill();
    probes.forEach(probe -> probe.tell("probe"));
    Child first = firstToAnswer(probes);
    double millis = (System.nanoTime() - killed) / 1e6;
    for (Child probe : probes) {
      probe.tell("stop");
      String answer = probe.answer(PATIENCE);
      if (probe != first && answer.equals("acknowledged")) {
        answer = probe.answer(PATIENCE);
      }
      if (!answer.equals("stopped")) {
        throw new IllegalStateException(answer);
      }
    }
    leader.close();
    leader.start();
    leader();
    return millis;
  }

  private static Child firstToAnswer(List<Child> probes) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      for (Child probe : probes) {
        String answer = probe.answered();
        if (answer != null) {
          return probe;
        }
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1) / 2);
    }
    throw new IllegalStateException("nothing acknowledged within " + PATIENCE + " of a kill");
  }

  /// Kills all; leaves the files.
  @Override
  public synchronized void close() throws IOException {
    client.ifPresent(Child::close);
    servers.forEach(Child::kill);
    servers.forEach(Child::close);
    if (Files.exists(shared)) {
      Scratch.deleteTree(shared);
    }
  }
}
