package io.tidemark.runtime.directory;

import io.tidemark.foundation.NodeId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Which leaderships are to be handed over next, so that each node leads about as many partitions
/// of data as the others.
///
/// Whoever leads two more than another gives one away: to that one, or, where they share no
/// partition, along the shortest way of nodes each of which shares one with the next. Then the last
/// step of the way is taken first, which leaves a shorter way, and nobody with more than before. So
/// with each hand-over the sum of the squares of what nodes lead falls, or stays and the way is
/// shorter; it ends, and no leadership comes back. Where no way is left, no distribution is better.
///
/// One use for one look at the cluster.
public final class Spread {
  private final Set<NodeId> heirs;
  private final Map<NodeId, Integer> led = new TreeMap<>();

  /// Of data, and not about to change otherwise.
  private final Map<Integer, Group> movable = new TreeMap<>();

  /// @param difference by which its end leads less than its beginning
  private record Way(List<Step.Lead> steps, int difference) {
    static final Comparator<Way> ORDER =
        Comparator.comparingInt((Way way) -> way.steps().size())
            .thenComparing(way -> -way.difference());
  }

  private Spread(Set<NodeId> heirs) {
    this.heirs = heirs;
  }

  /// Nothing, unless the leader of every partition is known.
  ///
  /// @param plan what is done otherwise
  /// @param unwilling nodes that are given nothing
  /// @param most hand-overs at once
  public static List<Step.Lead> next(
      Roster roster,
      Map<Integer, Group> groups,
      Balance.Plan plan,
      Set<NodeId> unwilling,
      int most) {
    if (groups.size() <= roster.partitions()) {
      return List.of();
    }
    Set<NodeId> heirs = new HashSet<>(roster.active());
    heirs.removeAll(unwilling);
    Spread spread = new Spread(heirs);
    heirs.forEach(node -> spread.led.put(node, 0));
    groups.forEach(
        (partition, group) -> {
          if (partition != roster.directory()) {
            spread.led.merge(group.leader(), 1, Integer::sum);
            spread.movable.put(partition, group);
          }
        });
    spread.movable.keySet().removeAll(roster.moves().keySet());
    plan.steps().forEach(step -> spread.movable.remove(step.partition()));
    plan.facts().forEach(spread::leaveAlone);
    return spread.steps(most);
  }

  private void leaveAlone(Fact fact) {
    if (fact instanceof Fact.MoveBegun begun) {
      movable.remove(begun.partition());
    }
  }

  private List<Step.Lead> steps(int most) {
    List<Step.Lead> steps = new ArrayList<>();
    while (steps.size() < most) {
      Optional<Way> way = led.keySet().stream().flatMap(this::ways).min(Way.ORDER);
      if (way.isEmpty()) {
        break;
      }
      Step.Lead last = way.get().steps().getLast();
      led.merge(movable.remove(last.partition()).leader(), -1, Integer::sum);
      led.merge(last.node(), 1, Integer::sum);
      steps.add(last);
    }
    return List.copyOf(steps);
  }

  /// The shortest ways from `from` to each node that leads at least two less.
  private Stream<Way> ways(NodeId from) {
    Map<NodeId, List<Step.Lead>> ways = new TreeMap<>(Map.of(from, List.of()));
    ArrayDeque<NodeId> next = new ArrayDeque<>(List.of(from));
    while (!next.isEmpty()) {
      NodeId node = next.removeFirst();
      List<Step.Lead> way = ways.get(node);
      movable.forEach(
          (partition, group) -> {
            if (group.leader().equals(node)) {
              for (NodeId heir : group.heirs()) {
                if (heirs.contains(heir) && !ways.containsKey(heir)) {
                  List<Step.Lead> longer = new ArrayList<>(way);
                  longer.add(new Step.Lead(partition, heir));
                  ways.put(heir, longer);
                  next.addLast(heir);
                }
              }
            }
          });
    }
    return ways.entrySet().stream()
        .map(way -> new Way(way.getValue(), led.get(from) - led.get(way.getKey())))
        .filter(way -> way.difference() >= 2);
  }
}
