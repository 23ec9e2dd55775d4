package io.tidemark.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Waits until a node that is to be removed is gone, and says meanwhile what is moved. The cluster
/// does it whether anybody waits or not.
final class Departure {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(250);

  private final ClusterClient cluster;
  private final String node;
  private final Consumer<String> progress;
  private String said = "";

  Departure(ClusterClient cluster, String node, Consumer<String> progress) {
    this.cluster = cluster;
    this.node = node;
    this.progress = progress;
  }

  /// Whether it was gone before `patience` was over.
  boolean await(Duration patience) throws IOException, InterruptedException {
    long deadlineNanos = System.nanoTime() + patience.toNanos();
    while (!state(cluster.cluster()).equals("removed")) {
      if (System.nanoTime() > deadlineNanos) {
        return false;
      }
      TimeUnit.NANOSECONDS.sleep(LOOK_AGAIN.toNanos());
    }
    return true;
  }

  private String state(JsonNode now) {
    StringBuilder moves = new StringBuilder();
    for (JsonNode move : now.get("moves")) {
      moves.append(
          "partition %d moves from %s to %s; "
              .formatted(
                  move.get("partition").asInt(),
                  move.get("from").asText(),
                  move.get("to").asText()));
    }
    if (!moves.isEmpty() && !moves.toString().equals(said)) {
      said = moves.toString();
      progress.accept(said.substring(0, said.length() - 2));
    }
    for (JsonNode one : now.get("nodes")) {
      if (one.get("node").asText().equals(node)) {
        return one.get("state").asText();
      }
    }
    return "unknown";
  }
}
