package io.tidemark.node.directory;

import io.tidemark.foundation.NodeId;
import io.tidemark.foundation.ReplicaId;
import io.tidemark.node.Gateway.NodeStatus;
import io.tidemark.node.Gateway.ReplicaStatus;
import io.tidemark.runtime.directory.Group;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// What all nodes that are up say at one look.
record Sighting(Map<NodeId, NodeStatus> statuses) {
  /// By how many records who is to lead may lag behind what is committed; it has to catch up while
  /// nobody appends.
  private static final long MOST_LAG_RECORDS = 1_000;

  /// Of each partition what its leader says; of two, that of the higher epoch.
  SortedMap<Integer, Group> groups() {
    SortedMap<Integer, ReplicaStatus> leaders = new TreeMap<>();
    statuses.forEach(
        (id, status) ->
            status.replicas().stream()
                .filter(replica -> replica.leader().equals(id.name()))
                .forEach(
                    replica ->
                        leaders.merge(
                            replica.partition(),
                            replica,
                            (one, other) -> one.epoch() > other.epoch() ? one : other)));
    SortedMap<Integer, Group> groups = new TreeMap<>();
    leaders.forEach(
        (partition, leader) ->
            groups.put(
                partition,
                new Group(
                    nodes(leader.voters()),
                    nodes(leader.learners()),
                    new NodeId(leader.leader()),
                    heirs(leader))));
    return groups;
  }

  private static List<NodeId> nodes(List<String> replicas) {
    return replicas.stream().map(one -> ReplicaId.parse(one).node()).toList();
  }

  private List<NodeId> heirs(ReplicaStatus leader) {
    return leader.voters().stream()
        .map(ReplicaId::parse)
        .filter(voter -> isWell(voter.node()))
        .filter(
            voter ->
                statuses.get(voter.node()).replicas().stream()
                    .anyMatch(replica -> isReady(voter, replica, leader)))
        .map(ReplicaId::node)
        .toList();
  }

  /// Whether no writer of it has troubles, as all of them write to one disk, and it does not end.
  private boolean isWell(NodeId node) {
    return statuses.containsKey(node)
        && statuses.get(node).replicas().stream()
            .map(ReplicaStatus::state)
            .noneMatch(state -> state.contains(",") || state.equals("fenced"));
  }

  private static boolean isReady(ReplicaId voter, ReplicaStatus replica, ReplicaStatus leader) {
    return replica.partition() == leader.partition()
        && replica.id().equals(voter.toString())
        && replica.state().equals("follower")
        && replica.leader().equals(leader.leader())
        && replica.durable() >= leader.committed() - MOST_LAG_RECORDS;
  }
}
