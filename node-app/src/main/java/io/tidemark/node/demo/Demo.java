package io.tidemark.node.demo;

import io.tidemark.node.demo.DemoCluster.Leading;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The story: load half, kill a leader, load on, bring it back, compare everything.
public final class Demo {
  private static final Duration SETTLE_TIMEOUT = Duration.ofSeconds(60);

  private final PrintStream out;
  private final int outstanding;
  private final boolean interactive;
  private final List<String> failOvers = new ArrayList<>();

  /// @param interactive whether the progress bar may rewrite its line
  public Demo(PrintStream out, int outstanding, boolean interactive) {
    this.out = out;
    this.outstanding = outstanding;
    this.interactive = interactive;
  }

  /// Runs it with `file`, or the Unicode data if that is null, below `root`; true if all promises
  /// held.
  public boolean run(Path file, Path root, int partitions)
      throws IOException, InterruptedException {
    Input input = file == null ? Input.ofUnicodeData() : Input.ofFile(file);
    out.printf(
        "%s: %,d records, %d partitions, 3 replicas, data in %s%n",
        input.name(), input.lines().size(), partitions, root);
    try (DemoCluster cluster = new DemoCluster(root, partitions, List.of())) {
      return run(input, cluster);
    }
  }

  private boolean run(Input input, DemoCluster cluster) throws IOException, InterruptedException {
    long startNanos = System.nanoTime();
    cluster.start();
    out.printf("3 nodes ready after %s%n", seconds(startNanos));
    try (Loader loader = new Loader(cluster, input, outstanding);
        Subscriber subscriber = new Subscriber(cluster);
        ProgressBar bar = new ProgressBar(out, interactive, cluster, loader, input)) {
      subscriber.start();
      bar.start();
      int lines = input.lines().size();
      loader.load(0, lines / 2);
      Leading victim = cluster.mostLeading();
      CompletableFuture<Void> failOver = killAndTime(victim, loader, bar);
      loader.load(lines / 2, lines / 2 + lines / 4);
      failOver.get(SETTLE_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
      long restartNanos = System.nanoTime();
      victim.node().start();
      loader.load(lines / 2 + lines / 4, lines);
      loader.drain();
      bar.stop();
      failOvers.forEach(out::println);
      cluster.awaitReady(victim.node());
      settle(cluster, subscriber);
      out.printf(
          "node %s restarted and caught up %s after its start%n",
          victim.node().id(), seconds(restartNanos));
      cluster.stop();
      return verify(input, cluster, loader, subscriber);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("no fail-over within " + SETTLE_TIMEOUT, e);
    }
  }

  /// Kills, and measures for each partition that the node led how long no write was acknowledged.
  private CompletableFuture<Void> killAndTime(Leading victim, Loader loader, ProgressBar bar)
      throws InterruptedException {
    long killedNanos = System.nanoTime();
    victim.node().kill();
    bar.say(
        "killed node %s (SIGKILL), leader of partitions %s"
            .formatted(victim.node().id(), victim.partitions()));
    return CompletableFuture.runAsync(
        () -> {
          for (int partition : victim.partitions()) {
            DemoCluster.await(
                "an acknowledged write to partition " + partition,
                SETTLE_TIMEOUT,
                () -> loader.firstAcknowledgedOfSentAfter(partition, killedNanos).isPresent());
            long gap =
                loader.firstAcknowledgedOfSentAfter(partition, killedNanos).getAsLong()
                    - killedNanos;
            failOvers.add(
                "partition %d: next acknowledged write %d ms after the kill"
                    .formatted(partition, gap / 1_000_000));
          }
        });
  }

  private void settle(DemoCluster cluster, Subscriber subscriber) {
    DemoCluster.await("all replicas to catch up", SETTLE_TIMEOUT, cluster::isQuiet);
    DemoCluster.await(
        "the subscriber to catch up",
        SETTLE_TIMEOUT,
        () -> {
          try {
            for (var partition : cluster.partitionViews()) {
              long committed = partition.get("replicas").get(0).get("committed").asLong();
              if (subscriber.lastSeen(partition.get("partition").asInt()) < committed) {
                return false;
              }
            }
            return true;
          } catch (IOException e) {
            return false;
          }
        });
  }

  private boolean verify(Input input, DemoCluster cluster, Loader loader, Subscriber subscriber)
      throws IOException {
    Verification verification = new Verification(cluster, input, loader, subscriber);
    verification.run();
    out.printf("%npartition  last LSN  records  sha-256 of all batches, equal on a, b and c%n");
    verification
        .results()
        .forEach(
            r ->
                out.printf(
                    "%9d  %8d  %7d  %s%n", r.partition(), r.lastLsn(), r.records(), r.sha256()));
    int unknown = 0;
    for (int line = 0; line < input.lines().size(); line++) {
      unknown += loader.unknownOf(line);
    }
    out.printf(
        "%n%,d lines acknowledged, %d attempts with unknown outcome retried, %d lines there"
            + " twice%n",
        loader.acknowledged(), unknown, verification.writtenTwice());
    if (verification.faults().isEmpty()) {
      out.println(
          "verified: every acknowledged record is on all three disks at the LSN it was told;"
              + " the subscriber saw each LSN once, in order");
      return true;
    }
    verification.faults().stream().limit(20).forEach(fault -> out.println("WRONG: " + fault));
    out.printf("%d faults%n", verification.faults().size());
    return false;
  }

  private static String seconds(long sinceNanos) {
    return "%.1f s".formatted((System.nanoTime() - sinceNanos) / 1e9);
  }
}
