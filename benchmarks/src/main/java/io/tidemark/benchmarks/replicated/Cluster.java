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
import java.util.stream.IntStream;

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
  private final int partitions;
  private final List<Child> servers = new ArrayList<>();
  private final Optional<Child> client;
  private long payloadBytes;

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

  /// What is done while something else goes on.
  @FunctionalInterface
  interface Task {
    void run() throws IOException, InterruptedException;
  }

  private Cluster(Side side, Path directory, Path shared, List<Integer> ports, int partitions) {
    this.directory = directory;
    this.shared = shared;
    this.partitions = partitions;
    for (int i = 0; i < SERVERS; i++) {
      Layout layout = new Layout(i, directory, shared, ports, partitions);
      servers.add(new Child(side.server(), layout, side.libraries()));
    }
    Layout layout = new Layout(Layout.CLIENT, directory, shared, ports, partitions);
    client = side.client().map(kind -> new Child(kind, layout, side.libraries()));
  }

  /// One in `directory`, not started.
  static Cluster in(Path directory, Side side, int partitions) throws IOException {
    Path memory = Path.of("/dev/shm");
    Path shared =
        Files.createTempDirectory(
            Files.isDirectory(memory) ? memory : directory, "tidemark-benchmarks");
    return new Cluster(side, directory, shared, Ports.free(SERVERS, Layout.PORTS), partitions);
  }

  /// Returns when a leader takes appends.
  void start() throws IOException, InterruptedException {
    for (Child server : servers) {
      server.start();
    }
    if (partitions > 1) {
      leaders();
    } else {
      leader();
    }
    if (client.isPresent()) {
      client.get().start();
    }
  }

  /// Waits until a server says that it leads.
  private Child leader() throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      for (Child server : servers) {
        if (server.isAwake() && server.ask("leads", PATIENCE).equals("true")) {
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
        return driven(work, answer, attempt);
      }
      System.err.println(answer);
    }
    throw new IllegalStateException(answer);
  }

  private Driven driven(Work.Append work, String answer, int disturbed) {
    Driven driven = Driven.of(answer, disturbed);
    payloadBytes += driven.records() * work.bytes();
    return driven;
  }

  /// What was acknowledged since the start, without what probes had.
  long payloadBytes() {
    return payloadBytes;
  }

  /// Appends in the leader's process until `task` has returned, which asks it nothing; none if a
  /// record was not acknowledged.
  Optional<Driven> during(Work.Append work, Task task) throws IOException, InterruptedException {
    Child leader = leader();
    leader.tell("load %d %d".formatted(work.bytes(), work.outstanding()));
    task.run();
    String answer = leader.ask("unload", PATIENCE);
    if (!answer.startsWith("driven ")) {
      System.err.println(answer);
      return Optional.empty();
    }
    return Optional.of(driven(work, answer, 0));
  }

  /// From now on each server deletes the oldest records beyond `bytes`.
  void keep(long bytes) throws InterruptedException {
    for (Child server : servers) {
      server.keep(bytes);
    }
  }

  /// The highest epoch that any server has promised.
  long epoch() throws InterruptedException {
    long highest = 0;
    for (Child server : servers) {
      highest = Math.max(highest, server.count("epoch"));
    }
    return highest;
  }

  /// Those who do not lead now.
  List<Child> followers() throws InterruptedException {
    Child leader = leader();
    return servers.stream().filter(server -> server != leader).toList();
  }

  /// Waits until every server has on its disk what the leader has now.
  void gather() throws InterruptedException {
    long goal = leader().durableLsn();
    for (Child server : servers) {
      Wait.until("a server with all", () -> server.durableLsn() >= goal);
    }
  }

  /// Waits until every partition has a leader; how many each server leads.
  private List<Long> leaders() throws InterruptedException {
    List<Long> led = new ArrayList<>();
    Wait.until(
        "a leader of each partition",
        () -> {
          led.clear();
          for (Child server : servers) {
            led.add(server.count("led"));
          }
          return led.stream().mapToLong(Long::longValue).sum() == partitions;
        });
    return led;
  }

  /// Appends to all partitions, in the processes of their leaders, which share what is outstanding
  /// as they share the partitions; records a second.
  double driveAll(Work.Append work, Duration length) throws InterruptedException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      List<Long> led = leaders();
      List<Child> leaders =
          IntStream.range(0, SERVERS).filter(i -> led.get(i) > 0).mapToObj(servers::get).toList();
      for (Child leader : leaders) {
        long share = work.outstanding() * led.get(servers.indexOf(leader)) / partitions;
        leader.tell(
            "drive %d %d %d".formatted(work.bytes(), Math.max(1, share), length.toMillis()));
      }
      double rate = 0;
      boolean disturbed = false;
      for (Child server : leaders) {
        String answer = server.answer(length.plus(PATIENCE));
        if (answer.startsWith("driven ")) {
          Driven driven = driven(work, answer, attempt);
          rate += driven.records() / driven.seconds();
        } else {
          System.err.println(answer);
          disturbed = true;
        }
      }
      if (!disturbed) {
        return rate;
      }
    }
    throw new IllegalStateException("%d partitions: disturbed each time".formatted(partitions));
  }

  /// Hurts the leader and heals it; returns the milliseconds from before the fault until somebody
  /// has an acknowledgement of what was appended after it.
  double loseLeader(Fault fault) throws IOException, InterruptedException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Child leader = leader();
      List<Child> probes =
          client.map(List::of).orElseGet(() -> servers.stream().filter(s -> s != leader).toList());
      for (Child probe : probes) {
        probe.ask("watch " + PROBE_BYTES, PATIENCE);
      }
      LockSupport.parkNanos(
          CALM.toNanos() + ThreadLocalRandom.current().nextLong(TimeUnit.SECONDS.toNanos(1)));
      if (leader.ask("leads", PATIENCE).equals("true")) {
        return lost(leader, fault, probes);
      }
      // Crash story: who comes back from a pause says for a moment that it leads still. Paused
      // again, nobody missed it, and the next write came after 9 ms.
      stop(probes);
    }
    throw new IllegalStateException("no leader in " + directory + " for " + CALM);
  }

  private double lost(Child leader, Fault fault, List<Child> probes)
      throws IOException, InterruptedException {
    long began = System.nanoTime();
    fault.begin(leader);
    probes.forEach(probe -> probe.tell("probe"));
    awaitAcknowledgement(probes);
    double millis = (System.nanoTime() - began) / 1e6;
    stop(probes);
    fault.end(leader);
    leader.ask("leads", PATIENCE);
    gather();
    return millis;
  }

  private static void stop(List<Child> probes) throws InterruptedException {
    for (Child probe : probes) {
      String answer = probe.ask("stop", PATIENCE);
      if (answer.equals("acknowledged")) {
        answer = probe.answer(PATIENCE);
      }
      if (!answer.equals("stopped")) {
        throw new IllegalStateException(answer);
      }
    }
  }

  /// Takes the answer of the first; others may follow.
  private static void awaitAcknowledgement(List<Child> probes) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      for (Child probe : probes) {
        if (probe.answered() != null) {
          return;
        }
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1) / 2);
    }
    throw new IllegalStateException("nothing acknowledged within " + PATIENCE + " of a fault");
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
