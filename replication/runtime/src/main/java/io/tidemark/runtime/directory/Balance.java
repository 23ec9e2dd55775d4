package io.tidemark.runtime.directory;

import io.tidemark.foundation.NodeId;
import io.tidemark.runtime.directory.Roster.Move;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Stream;

/// What is next, so that no node that leaves has a replica, and nodes that came later have their
/// share.
///
/// Founders are not filled among each other: where partitions began is spread evenly, and whoever
/// changed it by hand meant it. Nor is a replica made for one that somebody removed by hand.
///
/// One use for one look at the cluster.
public final class Balance {
  private final Roster roster;
  private final SortedMap<Integer, Group> groups;
  private final Set<NodeId> answering;
  private final List<Fact> facts = new ArrayList<>();
  private final List<Step> steps = new ArrayList<>();

  /// Partitions about which nothing more is to be said.
  private final Set<Integer> busy = new HashSet<>();

  /// Replicas of data that each node has when all that has begun has ended.
  private final Map<NodeId, Integer> load = new HashMap<>();

  /// What is next: facts to append, each only if the one before it holds, and steps for partitions,
  /// one each.
  public record Plan(List<Fact> facts, List<Step> steps) {
    public boolean isEmpty() {
      return facts.isEmpty() && steps.isEmpty();
    }
  }

  private Balance(Roster roster, SortedMap<Integer, Group> groups, Set<NodeId> answering) {
    this.roster = roster;
    this.groups = groups;
    this.answering = answering;
  }

  /// @param groups of the partitions whose leader is known; nothing is done about others
  /// @param answering nodes that are up; nothing is moved to others
  /// @param most moves at once
  public static Plan next(
      Roster roster, SortedMap<Integer, Group> groups, Set<NodeId> answering, int most) {
    Balance balance = new Balance(roster, groups, answering);
    balance.goOn();
    balance.empty(most);
    balance.fill(most);
    balance.letGo();
    return new Plan(List.copyOf(balance.facts), List.copyOf(balance.steps));
  }

  /// Whether there is nothing to do, and will not be before the next fact, wherever replicas are.
  public static boolean isSettled(Roster roster) {
    return roster.moves().isEmpty()
        && roster.nodes().values().stream()
            .allMatch(
                one ->
                    one.standing() == Roster.Standing.REMOVED
                        || (one.founder() && one.standing() == Roster.Standing.ACTIVE));
  }

  /// What has begun, and what each node will have after it.
  private void goOn() {
    busy.addAll(roster.moves().keySet());
    groups.forEach(
        (partition, group) ->
            group.members().distinct().forEach(node -> count(partition, node, 1)));
    roster
        .moves()
        .forEach(
            (partition, move) -> {
              Optional<Group> group = Optional.ofNullable(groups.get(partition));
              if (group.isEmpty() || !group.get().has(move.to())) {
                count(partition, move.to(), 1);
              }
              if (group.isPresent() && group.get().has(move.from())) {
                count(partition, move.from(), -1);
              }
              group.ifPresent(one -> goOn(partition, move, one));
            });
  }

  private void count(int partition, NodeId node, int more) {
    if (partition != roster.directory()) {
      load.merge(node, more, Integer::sum);
    }
  }

  private void goOn(int partition, Move move, Group group) {
    if (!roster.active().contains(move.to())) {
      giveUp(partition, move, group);
    } else if (group.votes(move.to())) {
      if (group.has(move.from())) {
        remove(partition, move.from(), move.to(), group);
      } else {
        facts.add(new Fact.MoveEnded(partition));
      }
    } else if (!group.has(move.from())) {
      // Somebody removed it by hand meanwhile, and so said what is wanted.
      facts.add(new Fact.MoveEnded(partition));
    } else if (group.learners().contains(move.to())) {
      steps.add(new Step.Vote(partition, move.to()));
    } else {
      steps.add(new Step.Learn(partition, move.to()));
    }
  }

  /// The node it was for is leaving itself, and may be gone: what it has so far goes, unless that
  /// is all there is.
  private void giveUp(int partition, Move move, Group group) {
    if (group.has(move.to()) && group.has(move.from())) {
      remove(partition, move.to(), move.from(), group);
    } else {
      facts.add(new Fact.MoveEnded(partition));
    }
  }

  /// Never below a quorum: most of those that stay must be up.
  private void remove(int partition, NodeId node, NodeId heir, Group group) {
    List<NodeId> stay = group.voters().stream().filter(one -> !one.equals(node)).toList();
    long up = stay.stream().filter(one -> answering.contains(one) && group.votes(one)).count();
    if (up <= stay.size() / 2) {
      return;
    }
    steps.add(
        group.leader().equals(node)
            ? new Step.Lead(partition, heir)
            : new Step.Go(partition, node));
  }

  /// Moves what nodes have that leave.
  private void empty(int most) {
    for (NodeId node : roster.leaving()) {
      groups.forEach(
          (partition, group) -> {
            if (group.has(node)) {
              heirOf(group).ifPresent(heir -> begin(partition, node, heir, most));
            }
          });
    }
  }

  /// Who has fewest replicas; or, of a partition that has enough voters without the one that
  /// leaves, one of those.
  private Optional<NodeId> heirOf(Group group) {
    List<NodeId> active = roster.active();
    List<NodeId> stay = active.stream().filter(group::votes).toList();
    Stream<NodeId> heirs =
        stay.size() >= roster.replicas()
            ? stay.stream()
            : active.stream().filter(node -> !group.voters().contains(node));
    return heirs.filter(answering::contains).min(Comparator.comparingInt(this::load));
  }

  private int load(NodeId node) {
    return load.getOrDefault(node, 0);
  }

  private void begin(int partition, NodeId from, NodeId to, int most) {
    if (moving() < most && busy.add(partition)) {
      facts.add(new Fact.MoveBegun(partition, from, to));
      count(partition, from, -1);
      count(partition, to, groups.get(partition).has(to) ? 0 : 1);
    }
  }

  private int moving() {
    int moving = roster.moves().size();
    for (Fact fact : facts) {
      moving += fact instanceof Fact.MoveBegun ? 1 : fact instanceof Fact.MoveEnded ? -1 : 0;
    }
    return moving;
  }

  /// Gives those that came later their share: each from whoever has most, as long as that has two
  /// more. The directory's own replicas stay where they are.
  private void fill(int most) {
    if (!roster.leaving().isEmpty() || !seesAll()) {
      return;
    }
    List<NodeId> later =
        roster.active().stream()
            .filter(node -> !roster.nodes().get(node).founder() && answering.contains(node))
            .toList();
    while (moving() < most && fillOne(later, most)) {
      // One more.
    }
  }

  private boolean fillOne(List<NodeId> later, int most) {
    for (NodeId to : later.stream().sorted(Comparator.comparingInt(this::load)).toList()) {
      List<NodeId> givers =
          roster.active().stream()
              .filter(from -> load(from) >= load(to) + 2)
              .sorted(Comparator.comparingInt(this::load).reversed())
              .toList();
      for (NodeId from : givers) {
        Optional<Integer> partition = toMove(from, to);
        if (partition.isPresent()) {
          begin(partition.get(), from, to, most);
          return true;
        }
      }
    }
    return false;
  }

  /// A partition of `from` that `to` can have: one that `from` does not lead, if there is one.
  private Optional<Integer> toMove(NodeId from, NodeId to) {
    return groups.entrySet().stream()
        .filter(one -> one.getKey() != roster.directory() && !busy.contains(one.getKey()))
        .filter(one -> one.getValue().votes(from) && !one.getValue().has(to))
        .min(Comparator.comparing(one -> one.getValue().leader().equals(from)))
        .map(Map.Entry::getKey);
  }

  private boolean seesAll() {
    return groups.size() == roster.partitions() + 1;
  }

  /// Those that leave and have nothing any more are gone.
  private void letGo() {
    if (!seesAll()) {
      return;
    }
    for (NodeId node : roster.leaving()) {
      boolean named =
          roster.moves().values().stream()
              .anyMatch(move -> move.from().equals(node) || move.to().equals(node));
      if (!named && groups.values().stream().noneMatch(group -> group.has(node))) {
        facts.add(new Fact.Removed(node));
      }
    }
  }
}
