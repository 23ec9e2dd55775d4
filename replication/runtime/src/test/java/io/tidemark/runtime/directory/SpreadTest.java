package io.tidemark.runtime.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.foundation.Chance;
import io.tidemark.foundation.NodeId;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Spread in clusters of sets, where what it says is done at once, or not.
final class SpreadTest {
  private static final Balance.Plan NOTHING = new Balance.Plan(List.of(), List.of());

  /// Voters of each partition of data, and by which of them it is led.
  private record Cluster(Roster roster, List<List<NodeId>> voters, int[] leaders) {
    static Cluster of(int nodes, List<List<Integer>> voters) {
      SortedMap<NodeId, InetSocketAddress> founders = new TreeMap<>();
      for (int node = 0; node < nodes; node++) {
        founders.put(node(node), new InetSocketAddress("127.0.0.1", 7000 + node));
      }
      Fact founded = new Fact.Founded(voters.size(), 1, founders);
      Roster before = Roster.ofFounders(founders, voters.size(), 1);
      return new Cluster(
          ((Roster.Taken) before.after(1, founded)).next(),
          voters.stream().map(of -> of.stream().map(Cluster::node).toList()).toList(),
          new int[voters.size()]);
    }

    static NodeId node(int number) {
      return new NodeId(Character.toString('a' + number));
    }

    NodeId leader(int partition) {
      return voters.get(partition).get(leaders[partition]);
    }

    Map<Integer, Group> groups() {
      Map<Integer, Group> groups = new TreeMap<>();
      for (int partition = 0; partition < voters.size(); partition++) {
        List<NodeId> heirs = new ArrayList<>(voters.get(partition));
        heirs.remove(leader(partition));
        groups.put(
            partition, new Group(voters.get(partition), List.of(), leader(partition), heirs));
      }
      NodeId a = node(0);
      groups.put(roster.directory(), new Group(List.of(a), List.of(), a, List.of()));
      return groups;
    }

    List<Step.Lead> next(Set<NodeId> unwilling, int most) {
      return Spread.next(roster, groups(), NOTHING, unwilling, most);
    }

    void take(Step.Lead step) {
      int heir = voters.get(step.partition()).indexOf(step.node());
      assertThat(heir).isNotNegative().isNotEqualTo(leaders[step.partition()]);
      leaders[step.partition()] = heir;
    }

    Collection<Integer> counts() {
      Map<NodeId, Integer> led = new TreeMap<>();
      roster.active().forEach(node -> led.put(node, 0));
      for (int partition = 0; partition < voters.size(); partition++) {
        led.merge(leader(partition), 1, Integer::sum);
      }
      return led.values();
    }

    int squares() {
      return counts().stream().mapToInt(count -> count * count).sum();
    }

    /// The next of all ways to lead; false after the last.
    boolean turn() {
      for (int partition = 0; partition < leaders.length; partition++) {
        leaders[partition] = (leaders[partition] + 1) % voters.get(partition).size();
        if (leaders[partition] != 0) {
          return true;
        }
      }
      return false;
    }

    /// Until nothing is left to do; returns how many hand-overs that took.
    int settle(int most) {
      int steps = 0;
      for (List<Step.Lead> next = next(Set.of(), most);
          !next.isEmpty();
          next = next(Set.of(), most)) {
        assertThat(next).hasSizeLessThanOrEqualTo(most);
        next.forEach(this::take);
        steps += next.size();
        assertThat(steps).as("no end: %s", this).isLessThan(100);
      }
      return steps;
    }
  }

  /// From every way to lead a small cluster it comes to one of the best, and stays there.
  @Test
  void fromWhereverItBeginsItEndsAtTheBestAndStays() {
    Chance chance = new Chance(1);
    for (int nodes = 2; nodes <= 5; nodes++) {
      for (int partitions = 1; partitions <= 5; partitions++) {
        for (int variant = 0; variant < 12; variant++) {
          Cluster cluster = Cluster.of(nodes, placed(nodes, partitions, chance));
          int best = best(cluster);
          do {
            int[] from = cluster.leaders().clone();
            int worst = cluster.squares();
            int steps = cluster.settle(1 + variant % 3);
            assertThat(cluster.squares()).as("%s", cluster).isEqualTo(best);
            assertThat(steps).isLessThanOrEqualTo((worst - best) / 2 * nodes);
            System.arraycopy(from, 0, cluster.leaders(), 0, from.length);
          } while (cluster.turn());
        }
      }
    }
  }

  private static List<List<Integer>> placed(int nodes, int partitions, Chance chance) {
    List<List<Integer>> all = new ArrayList<>();
    for (int partition = 0; partition < partitions; partition++) {
      Set<Integer> voters = new TreeSet<>();
      while (voters.size() < Math.min(3, 1 + chance.below(nodes))) {
        voters.add(chance.below(nodes));
      }
      all.add(List.copyOf(voters));
    }
    return all;
  }

  private static int best(Cluster cluster) {
    int best = Integer.MAX_VALUE;
    do {
      best = Math.min(best, cluster.squares());
    } while (cluster.turn());
    return best;
  }

  @Test
  void threeNodesThatShareAllLeadAsManyEach() {
    for (int partitions = 1; partitions <= 9; partitions++) {
      List<List<Integer>> all = new ArrayList<>();
      for (int partition = 0; partition < partitions; partition++) {
        all.add(List.of(0, 1, 2));
      }
      Cluster cluster = Cluster.of(3, all);
      int steps = cluster.settle(2);
      int[] counts = cluster.counts().stream().mapToInt(count -> count).sorted().toArray();
      assertThat(counts[2] - counts[0]).isLessThanOrEqualTo(1);
      assertThat(steps).as("none is handed over twice").isEqualTo(partitions - counts[2]);
    }
  }

  /// a and b share partitions, and b and c; a and c do not.
  @Test
  void whereTheMostAndTheLeastShareNothingOthersPassItOn() {
    Cluster cluster =
        Cluster.of(3, List.of(List.of(0, 1), List.of(0, 1), List.of(1, 2), List.of(0, 2)));
    cluster.take(new Step.Lead(3, Cluster.node(2)));
    cluster.take(new Step.Lead(3, Cluster.node(0)));
    assertThat(cluster.counts()).containsExactly(3, 1, 0);
    cluster.settle(1);
    assertThat(cluster.counts()).containsExactlyInAnyOrder(1, 1, 2);
  }

  /// Whatever is not done of what it says, in the end it is spread.
  @Test
  void handOversThatFailAreDoneLater() {
    for (int seed = 1; seed <= 200; seed++) {
      Chance chance = new Chance(seed);
      Cluster cluster = Cluster.of(5, placed(5, 8, chance));
      for (int i = 0; i < 60; i++) {
        cluster.next(Set.of(), 3).stream().filter(_ -> chance.below(3) > 0).forEach(cluster::take);
      }
      assertThat(cluster.next(Set.of(), 3)).as("seed %d", seed).isEmpty();
    }
  }

  @Test
  void whoIsUnwillingOrLeavesIsGivenNothing() {
    List<Integer> all = List.of(0, 1, 2);
    Cluster cluster = Cluster.of(3, List.of(all, all, all, all));
    NodeId b = Cluster.node(1);
    assertThat(cluster.next(Set.of(b), 9))
        .isNotEmpty()
        .allMatch(step -> step.node().equals(Cluster.node(2)));
    Roster left = ((Roster.Taken) cluster.roster().after(2, new Fact.Leaving(b))).next();
    assertThat(Spread.next(left, cluster.groups(), NOTHING, Set.of(), 9))
        .isNotEmpty()
        .allMatch(step -> step.node().equals(Cluster.node(2)));
    assertThat(cluster.next(Set.of(), 0)).isEmpty();
  }

  @Test
  void whatMovesIsLeftAlone() {
    Cluster cluster = Cluster.of(3, List.of(List.of(0, 1), List.of(0, 1)));
    Fact.MoveBegun move = new Fact.MoveBegun(0, Cluster.node(1), Cluster.node(2));
    Step.Lead other = new Step.Lead(1, Cluster.node(1));
    assertThat(cluster.next(Set.of(), 1)).hasSize(1);
    for (Balance.Plan plan :
        List.of(
            new Balance.Plan(List.of(move), List.of()),
            new Balance.Plan(List.of(), List.of(new Step.Go(0, Cluster.node(1)))))) {
      assertThat(Spread.next(cluster.roster(), cluster.groups(), plan, Set.of(), 9))
          .containsExactly(other);
    }
    Roster moving = ((Roster.Taken) cluster.roster().after(2, move)).next();
    assertThat(Spread.next(moving, cluster.groups(), NOTHING, Set.of(), 9)).containsExactly(other);
  }

  @Test
  void asLongAsOneLeaderIsUnknownNothingIsDone() {
    Cluster cluster = Cluster.of(2, List.of(List.of(0, 1), List.of(0, 1)));
    for (int partition = 0; partition <= 2; partition++) {
      Map<Integer, Group> some = cluster.groups();
      some.remove(partition);
      assertThat(Spread.next(cluster.roster(), some, NOTHING, Set.of(), 9)).isEmpty();
    }
  }
}
