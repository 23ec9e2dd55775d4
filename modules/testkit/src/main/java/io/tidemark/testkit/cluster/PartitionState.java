package io.tidemark.testkit.cluster;

import java.util.List;

/// One partition as the nodes that answer see it.
///
/// @param leader empty if none is known
public record PartitionState(int partition, String leader, List<ReplicaState> replicas) {
  /// One replica; its numbers are 0 if its node does not answer.
  public record ReplicaState(
      String node, String member, String state, long appended, long durable, long committed) {}

  /// Whether so many replicas vote, and each says itself that it is the one that does: of a node
  /// that does not answer nobody knows whether it still has its disk.
  boolean hasVoters(int voters) {
    return replicas.stream().filter(replica -> replica.member().equals("voter")).count() == voters
        && replicas.stream().noneMatch(replica -> replica.state().equals("unreachable"));
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
