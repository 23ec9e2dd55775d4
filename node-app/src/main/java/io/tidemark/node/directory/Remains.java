package io.tidemark.node.directory;

import io.tidemark.foundation.NodeId;
import io.tidemark.foundation.ReplicaId;
import io.tidemark.node.Gateway.NodeStatus;
import io.tidemark.node.Gateway.ReplicaStatus;
import io.tidemark.runtime.directory.Roster;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Which replicas of a node are of no use to anybody, as far as all nodes say at one look.
///
/// More is asked for than that they are no members: every voter must be well and have, durably, all
/// that the replica knows to be committed. One that is no member still gives batches to voters that
/// mend a damaged log.
record Remains(NodeId self, Roster roster, Map<NodeId, NodeStatus> statuses) {
  private static final Set<String> WELL = Set.of("leader", "follower");

  /// The leader of `partition`, if it says that nobody on this node is a member, and what is here
  /// is of no use.
  Optional<NodeId> leaderWithout(int partition) {
    if (roster.version() == 0 || roster.moves().containsKey(partition)) {
      return Optional.empty();
    }
    Optional<ReplicaStatus> own = replicaOn(self, partition);
    Optional<ReplicaStatus> leader =
        statuses.entrySet().stream()
            .flatMap(
                one ->
                    of(one.getValue(), partition)
                        .filter(replica -> replica.leader().equals(one.getKey().name())))
            .max(Comparator.comparingLong(ReplicaStatus::epoch));
    boolean ofNoUse =
        own.isPresent()
            && leader.isPresent()
            && leader.get().epoch() >= own.get().epoch()
            && !leader.get().voters().isEmpty()
            && Stream.of(leader.get().voters(), leader.get().learners())
                .flatMap(List::stream)
                .noneMatch(id -> ReplicaId.parse(id).node().equals(self))
            && leader.get().voters().stream().allMatch(id -> has(id, own.get()));
    return leader.filter(_ -> ofNoUse).map(one -> new NodeId(one.leader()));
  }

  private boolean has(String voter, ReplicaStatus own) {
    return replicaOn(ReplicaId.parse(voter).node(), own.partition())
        .filter(replica -> replica.id().equals(voter) && WELL.contains(replica.state()))
        .filter(replica -> replica.durable() >= own.committed())
        .isPresent();
  }

  private Optional<ReplicaStatus> replicaOn(NodeId node, int partition) {
    return Optional.ofNullable(statuses.get(node))
        .flatMap(status -> of(status, partition).findFirst());
  }

  private static Stream<ReplicaStatus> of(NodeStatus status, int partition) {
    return status.replicas().stream().filter(replica -> replica.partition() == partition);
  }
}
