package io.tidemark.testkit.cluster;

import java.util.List;

/// One partition as the nodes that answer see it.
///
/// @param leader empty if none is known
public record PartitionState(int partition, String leader, List<ReplicaState> replicas) {
  /// One replica; its numbers are 0 if its node does not answer.
  public record ReplicaState(
      String node, String member, String state, long appended, long durable, long committed) {}

  /// Whether there are as many voters as `voters`, and each is as it was when it became one.
  public boolean hasVoters(int voters) {
    return replicas.stream().filter(replica -> replica.member().equals("voter")).count() == voters;
  }

  /// Whether all replicas have all that one of them has, on disk and committed.
  public boolean isQuiet() {
    long committed = replicas.getFirst().committed();
    return committed > 0
        && replicas.stream()
            .allMatch(
                replica ->
                    replica.committed() == committed
                        && replica.durable() == committed
                        && replica.appended() == committed);
  }

  /// Up to here every replica that answers knows to be committed.
  public long committed() {
    return replicas.stream().mapToLong(ReplicaState::committed).min().orElse(0);
  }
}
