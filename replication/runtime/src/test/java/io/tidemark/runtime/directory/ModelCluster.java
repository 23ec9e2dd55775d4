package io.tidemark.runtime.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.foundation.Chance;
import io.tidemark.foundation.NodeId;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// A cluster of sets: facts and steps are carried out at once. After each, what must always hold is
/// looked at.
final class ModelCluster {
  private static final int ENOUGH = 2_000;

  private final SortedMap<Integer, Group> groups = new TreeMap<>();
  private final Set<NodeId> up = new TreeSet<>();
  private final int replicas;
  private Optional<Chance> failures = Optional.empty();
  private Roster roster;
  private long lsn;
  private int port = 9000;
  private int moves;
  private int mostAtOnce;

  ModelCluster(int nodes, int partitions, int replicas) {
    this.replicas = replicas;
    SortedMap<NodeId, InetSocketAddress> founders = new TreeMap<>();
    for (int i = 0; i < nodes; i++) {
      NodeId node = new NodeId(Character.toString('a' + i));
      founders.put(node, new InetSocketAddress("127.0.0.1", ++port));
      up.add(node);
    }
    roster = Roster.ofFounders(founders, partitions, replicas);
    hold(new Fact.Founded(partitions, replicas, founders));
    for (int partition = 0; partition <= partitions; partition++) {
      List<NodeId> voters = new ArrayList<>();
      for (int i = 0; i < replicas; i++) {
        int first = partition == partitions ? 0 : partition;
        voters.add(roster.founders().get((first + i) % nodes));
      }
      groups.put(partition, group(voters, List.of(), voters.getFirst()));
    }
  }

  /// Every voter that is up could lead.
  private Group group(List<NodeId> voters, List<NodeId> learners, NodeId leader) {
    List<NodeId> heirs =
        voters.stream().filter(one -> up.contains(one) && !one.equals(leader)).toList();
    return new Group(voters, learners, leader, heirs);
  }

  void failing(Chance chance) {
    failures = Optional.of(chance);
  }

  void add(String name) {
    NodeId node = new NodeId(name);
    hold(new Fact.Added(node, new InetSocketAddress("127.0.0.1", ++port)));
    up.add(node);
  }

  void leave(NodeId node) {
    hold(new Fact.Leaving(node));
  }

  /// It says nothing more, and leads nothing.
  void kill(NodeId node) {
    up.remove(node);
    groups.replaceAll(
        (_, group) ->
            group.leader().equals(node)
                ? group(group.voters(), group.learners(), livingVoter(group))
                : group(group.voters(), group.learners(), group.leader()));
  }

  private NodeId livingVoter(Group group) {
    return group.voters().stream().filter(up::contains).findFirst().orElseThrow();
  }

  void learn(int partition, String node) {
    take(new Step.Learn(partition, new NodeId(node)));
  }

  void vote(int partition, String node) {
    take(new Step.Vote(partition, new NodeId(node)));
  }

  Balance.Plan plan(int most) {
    return Balance.next(roster, groups, up, most);
  }

  /// Until nothing is left to do.
  void run(int most) {
    for (int i = 0; i < ENOUGH; i++) {
      Balance.Plan plan = plan(most);
      if (plan.isEmpty()) {
        return;
      }
      act(plan);
      assertThat(roster.moves().size()).isLessThanOrEqualTo(Math.max(most, mostAtOnce));
      mostAtOnce = Math.max(mostAtOnce, roster.moves().size());
    }
    throw new AssertionError("no end: " + roster + groups);
  }

  void act(Balance.Plan plan) {
    Set<Integer> touched = new TreeSet<>();
    for (Step step : plan.steps()) {
      assertThat(touched.add(step.partition())).as("one change of a partition at a time").isTrue();
      assertThat(roster.moves()).containsKey(step.partition());
      if (!fails()) {
        take(step);
      }
    }
    for (Fact fact : plan.facts()) {
      if (fails()) {
        return;
      }
      hold(fact);
      moves += fact instanceof Fact.MoveBegun ? 1 : 0;
    }
  }

  private boolean fails() {
    return failures.filter(chance -> chance.below(3) == 0).isPresent();
  }

  private void hold(Fact fact) {
    switch (roster.after(++lsn, fact)) {
      case Roster.Taken(Roster next) -> roster = next;
      case Roster.Refused(String reason) -> throw new AssertionError(fact + ": " + reason);
    }
  }

  /// What a leader would refuse is an error here.
  private void take(Step step) {
    Group group = groups.get(step.partition());
    List<NodeId> voters = new ArrayList<>(group.voters());
    List<NodeId> learners = new ArrayList<>(group.learners());
    NodeId leader = group.leader();
    switch (step) {
      case Step.Learn(int _, NodeId node) -> {
        assertThat(group.has(node)).isFalse();
        learners.add(node);
      }
      case Step.Vote(int _, NodeId node) -> {
        assertThat(learners.remove(node)).isTrue();
        if (up.contains(node)) {
          voters.add(node);
        } else {
          learners.add(node);
        }
      }
      case Step.Lead(int _, NodeId node) -> {
        assertThat(voters).contains(node);
        leader = node;
      }
      case Step.Go(int _, NodeId node) -> {
        assertThat(leader).as("who is removed").isNotEqualTo(node);
        voters.remove(node);
        learners.remove(node);
      }
    }
    long living = voters.stream().filter(up::contains).count();
    assertThat(living).as("a majority of %s is up", voters).isGreaterThan(voters.size() / 2);
    assertThat(voters).hasSizeBetween(replicas, replicas + 1);
    groups.put(step.partition(), group(voters, learners, leader));
  }

  /// Every partition has its voters, on nodes that take replicas.
  void checkWhole() {
    groups.forEach(
        (partition, group) -> {
          assertThat(group.voters()).as("partition %d", partition).hasSize(replicas);
          assertThat(roster.active()).containsAll(group.voters());
          assertThat(up).containsAll(group.voters());
          assertThat(group.learners()).isEmpty();
        });
  }

  Roster roster() {
    return roster;
  }

  SortedMap<Integer, Group> groups() {
    return groups;
  }

  boolean hasVoter(int partition, String node) {
    return groups.get(partition).voters().contains(new NodeId(node));
  }

  /// With the directory.
  int partitionsOf(NodeId node) {
    return (int) groups.values().stream().filter(group -> group.has(node)).count();
  }

  /// Without it.
  int sharesOf(String node) {
    NodeId id = new NodeId(node);
    return partitionsOf(id) - (groups.get(roster.directory()).has(id) ? 1 : 0);
  }

  /// Replicas of data on the node that has most.
  int most() {
    return roster.present().stream().mapToInt(node -> sharesOf(node.name())).max().orElse(0);
  }

  /// How many have begun.
  int moves() {
    return moves;
  }

  int mostAtOnce() {
    return mostAtOnce;
  }
}
