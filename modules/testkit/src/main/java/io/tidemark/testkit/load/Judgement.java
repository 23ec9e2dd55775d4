package io.tidemark.testkit.load;

import io.tidemark.testkit.check.Linearizability;
import io.tidemark.testkit.check.LogOracles;
import io.tidemark.testkit.check.LogRead;
import io.tidemark.testkit.check.ReplicaLog;
import io.tidemark.testkit.check.Verdict;
import io.tidemark.testkit.cluster.Cluster;
import io.tidemark.testkit.cluster.PartitionState;
import io.tidemark.testkit.cluster.PartitionState.ReplicaState;
import io.tidemark.testkit.history.History;
import io.tidemark.testkit.history.Operation;
import io.tidemark.testkit.history.Operation.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// What all judges say of a run that is over.
///
/// @param acknowledged operations that happened
/// @param unknown operations of which nobody knows
/// @param reads answers with records of logs
/// @param faults what is not as promised, a sentence each
public record Judgement(
    long operations, long acknowledged, long unknown, long reads, List<String> faults) {

  /// What was seen of a load that was stopped.
  ///
  /// @param strange answers that no node should give
  record Seen(List<Operation> history, List<LogRead> reads, List<String> strange) {
    static Seen of(Load load) throws IOException {
      return new Seen(History.read(load.history()), load.reads(), load.strange());
    }
  }

  /// Judges what clients saw of a load that was stopped.
  public static Judgement ofClients(Load load) throws IOException {
    return ofClients(Seen.of(load));
  }

  static Judgement ofClients(Seen seen) {
    List<String> faults = new ArrayList<>(seen.strange());
    switch (Linearizability.check(seen.history())) {
      case Verdict.Holds _ -> {}
      case Verdict.Violated(String _, String story) -> faults.add(story);
      case Verdict.Undecided(String key, long configurations) ->
          faults.add(
              "the history of key %s was not judged: more than %d states"
                  .formatted(key, configurations));
    }
    return new Judgement(
        seen.history().size(),
        count(seen.history(), Outcome.OK),
        count(seen.history(), Outcome.UNKNOWN),
        seen.reads().size(),
        List.copyOf(faults));
  }

  /// Judges that, and the files of nodes that do not run any more.
  ///
  /// @param quiet what all replicas had when they had caught up, after the load and before the
  ///   nodes were ended
  public static Judgement of(Cluster cluster, Load load, List<PartitionState> quiet)
      throws IOException {
    return of(Seen.of(load), quiet, node -> cluster.node(node).data());
  }

  static Judgement of(Seen seen, List<PartitionState> quiet, Function<String, Path> dataOf) {
    Judgement clients = ofClients(seen);
    List<String> faults = new ArrayList<>(clients.faults());
    for (PartitionState partition : quiet) {
      faults.addAll(logFaults(seen, partition, dataOf));
    }
    return new Judgement(
        clients.operations(), clients.acknowledged(), clients.unknown(), clients.reads(), faults);
  }

  private static List<String> logFaults(
      Seen seen, PartitionState state, Function<String, Path> dataOf) {
    List<ReplicaLog> replicas = new ArrayList<>();
    try {
      for (ReplicaState replica : state.replicas()) {
        String node = replica.node();
        replicas.add(ReplicaLog.read(node, dataOf.apply(node), state.partition()));
      }
    } catch (IllegalStateException e) {
      return List.of("damaged: " + e.getMessage());
    }
    return LogOracles.faults(
        state.partition(), replicas, state.committed(), seen.history(), seen.reads());
  }

  private static long count(List<Operation> history, Outcome outcome) {
    return history.stream().filter(operation -> operation.outcome() == outcome).count();
  }

  /// Whether all is as promised.
  public boolean holds() {
    return faults.isEmpty();
  }

  @Override
  public String toString() {
    return "%,d operations, %,d of them acknowledged and %,d unknown, %,d reads of logs: %s"
        .formatted(
            operations,
            acknowledged,
            unknown,
            reads,
            holds() ? "all as promised" : faults.size() + " faults");
  }
}
