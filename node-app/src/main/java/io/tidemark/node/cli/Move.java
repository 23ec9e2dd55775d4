package io.tidemark.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.node.tools.ToolRefusedException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Moves a replica of a partition from one node to another: the new one learns, catches up and is
/// promoted; the old one hands over, if it leads, and is removed.
///
/// Each step looks at what is there first. So one that was interrupted is simply begun again.
final class Move {
  private static final Duration RETRY = Duration.ofMillis(100);

  private final ClusterClient cluster;
  private final int partition;
  private final String from;
  private final String to;
  private final long deadlineNanos;
  private final Consumer<String> progress;

  Move(
      ClusterClient cluster,
      int partition,
      String from,
      String to,
      Duration patience,
      Consumer<String> progress) {
    this.cluster = cluster;
    this.partition = partition;
    this.from = from;
    this.to = to;
    this.deadlineNanos = System.nanoTime() + patience.toNanos();
    this.progress = progress;
  }

  void run() throws IOException, InterruptedException {
    if (from.equals(to)) {
      throw new ToolRefusedException("from " + from + " to " + to);
    }
    if (member(from).equals("none") && !member(to).equals("voter")) {
      throw new ToolRefusedException(from + " is no member of partition " + partition);
    }
    while (!member(to).equals("voter")) {
      boolean learns = member(to).equals("learner");
      attempt(
          "/members?" + (learns ? "promote=" : "add=") + to, to + (learns ? " votes" : " learns"));
    }
    while (!member(from).equals("none")) {
      if (leader().equals(from)) {
        attempt("/leader?to=" + to, from + " has handed over");
      } else {
        attempt("/members?remove=" + from, from + " is removed");
      }
    }
  }

  private String leader() throws IOException, InterruptedException {
    JsonNode leader = cluster.partition(partition).get("leader");
    return leader == null ? "" : leader.asText();
  }

  private String member(String node) throws IOException, InterruptedException {
    for (JsonNode replica : cluster.partition(partition).get("replicas")) {
      if (replica.get("node").asText().equals(node)) {
        return replica.get("member").asText();
      }
    }
    return "none";
  }

  /// Most refusals are for now: the change before is not committed, or the learner lags. Some mean
  /// that it was done and the answer lost. So whoever called this looks again.
  private void attempt(String request, String done) throws IOException, InterruptedException {
    try {
      cluster.ask("POST", "/v1/partitions/" + partition + request);
      progress.accept(done);
    } catch (ToolRefusedException e) {
      if (System.nanoTime() > deadlineNanos) {
        throw e;
      }
      TimeUnit.NANOSECONDS.sleep(RETRY.toNanos());
    }
  }
}
