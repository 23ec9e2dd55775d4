package io.tidemark.testkit.chaos;

import io.tidemark.foundation.Chance;
import io.tidemark.testkit.cluster.Cluster;
import io.tidemark.testkit.cluster.Node;
import io.tidemark.testkit.cluster.PartitionState;
import io.tidemark.testkit.load.Load;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// One fault after the other, with demands on progress in between.
///
/// While a majority of a partition's replicas is up and connected, a write must be acknowledged in
/// time: at the beginning of each fault and before its end. After each end that holds for every
/// partition, once all nodes are ready and all replicas vote, which is bounded too: what is left of
/// one fault would be a second one to the next.
final class ChaosRun {
  /// In which a majority must acknowledge a write.
  private static final Duration PROGRESS = Duration.ofSeconds(30);

  private static final int LONGEST_SECONDS = 12;

  private final Cluster cluster;
  private final Load load;
  private final Chance chance;
  private final FaultMenu menu;
  private final PrintWriter journal;
  private final List<List<String>> replicas = new ArrayList<>();
  private int faults;

  /// @param menu of faults of `cluster`
  /// @param journal is told of every fault and of every wait in vain
  ChaosRun(Cluster cluster, Load load, FaultMenu menu, Chance chance, PrintWriter journal)
      throws IOException {
    this.cluster = cluster;
    this.load = load;
    this.chance = chance;
    this.menu = menu;
    this.journal = journal;
    for (PartitionState state : cluster.partitionStates()) {
      replicas.add(state.replicas().stream().map(PartitionState.ReplicaState::node).toList());
    }
  }

  /// Goes on until `end`, a moment of [System#nanoTime], and says what did not hold; stops at the
  /// first.
  List<String> until(long end) throws IOException, InterruptedException {
    try {
      load.awaitProgress(PROGRESS);
      while (System.nanoTime() - end < 0) {
        round();
      }
      return List.of();
    } catch (IllegalStateException e) {
      say("%s", e.getMessage());
      return List.of(e.getMessage());
    }
  }

  private void round() throws IOException, InterruptedException {
    List<Fault> now = menu.next();
    Set<Node> impaired = new HashSet<>();
    for (Fault fault : now) {
      say("%s", fault);
      fault.begin().run();
      impaired.addAll(fault.impaired());
      faults++;
    }
    List<Integer> withMajority = withMajority(impaired);
    demand(now, withMajority);
    // The length of the fault; nothing is waited for.
    TimeUnit.MILLISECONDS.sleep(chance.below(1000 * LONGEST_SECONDS));
    demand(now, withMajority);
    for (Fault fault : now) {
      fault.end().run();
    }
    say("over");
    cluster.awaitReady();
    cluster.awaitVoters();
    load.awaitProgress(PROGRESS);
  }

  private void demand(List<Fault> faults, List<Integer> partitions) {
    List<Integer> without = load.withoutProgress(partitions, PROGRESS);
    if (!without.isEmpty()) {
      throw new IllegalStateException(
          "no write to partitions %s was acknowledged within %d s by a majority during %s"
              .formatted(without, PROGRESS.toSeconds(), faults));
    }
  }

  private List<Integer> withMajority(Set<Node> impaired) {
    List<Integer> partitions = new ArrayList<>();
    for (int partition = 0; partition < replicas.size(); partition++) {
      List<String> all = replicas.get(partition);
      long up =
          all.stream()
              .filter(id -> impaired.stream().noneMatch(node -> node.id().equals(id)))
              .count();
      if (2 * up > all.size()) {
        partitions.add(partition);
      }
    }
    return partitions;
  }

  private void say(String format, Object... values) {
    // The clock of the history, and that of what the nodes say.
    journal.printf("%d %s %s%n", System.nanoTime(), Instant.now(), format.formatted(values));
    journal.flush();
  }

  /// Faults so far.
  int faults() {
    return faults;
  }
}
