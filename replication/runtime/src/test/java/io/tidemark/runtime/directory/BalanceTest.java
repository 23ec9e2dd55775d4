package io.tidemark.runtime.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.foundation.Chance;
import io.tidemark.foundation.NodeId;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Balance against [ModelCluster], which does what it says, and at times does not.
final class BalanceTest {
  private static final int MOST = 2;

  @Test
  void aClusterThatBeganAndNeverChangedIsLeftAlone() {
    for (int nodes = 2; nodes <= 7; nodes++) {
      for (int replicas = 1; replicas <= Math.min(3, nodes); replicas++) {
        for (int partitions = 1; partitions <= 9; partitions++) {
          ModelCluster cluster = new ModelCluster(nodes, partitions, replicas);
          assertThat(Balance.isSettled(cluster.roster())).isTrue();
          assertThat(cluster.plan(MOST).isEmpty()).isTrue();
        }
      }
    }
  }

  /// Each node of each small cluster dies and is replaced: every partition ends with as many voters
  /// as before among the living, nothing else has moved.
  @Test
  void whoeverDiesIsReplacedByTheNewNodeAndNothingElseMoves() {
    for (int nodes = 2; nodes <= 5; nodes++) {
      for (int replicas = 2; replicas <= Math.min(3, nodes); replicas++) {
        for (int partitions = 1; partitions <= 5; partitions++) {
          for (int dead = 0; dead < nodes; dead++) {
            replace(nodes, replicas, partitions, dead);
          }
        }
      }
    }
  }

  private static void replace(int nodes, int replicas, int partitions, int dead) {
    ModelCluster cluster = new ModelCluster(nodes, partitions, replicas);
    NodeId victim = cluster.roster().founders().get(dead);
    int had = cluster.partitionsOf(victim);
    boolean canLead = replicas > 2;
    if (canLead) {
      cluster.kill(victim);
    }
    cluster.add("new");
    cluster.leave(victim);
    cluster.run(MOST);
    assertThat(cluster.roster().isPresent(victim)).isFalse();
    cluster.checkWhole();
    if (nodes == replicas) {
      // Only the new one can have them.
      assertThat(cluster.moves()).isEqualTo(had);
    }
    assertThat(cluster.partitionsOf(victim)).isZero();
    assertThat(Balance.isSettled(cluster.roster())).isFalse();
  }

  @Test
  void aNodeThatIsAddedGetsItsShareWithAsFewMovesAsPossible() {
    for (int partitions = 1; partitions <= 12; partitions++) {
      ModelCluster cluster = new ModelCluster(3, partitions, 3);
      cluster.add("d");
      cluster.run(MOST);
      cluster.checkWhole();
      int share = cluster.sharesOf("d");
      assertThat(cluster.most() - share).isBetween(0, 1);
      assertThat(cluster.moves()).isEqualTo(share);
    }
  }

  @Test
  void noMoreMovesAreUnderWayThanAllowed() {
    for (int most = 1; most <= 4; most++) {
      ModelCluster cluster = new ModelCluster(3, 9, 3);
      cluster.add("d");
      cluster.run(most);
      assertThat(cluster.mostAtOnce()).isEqualTo(most);
    }
  }

  /// Whatever fails and whoever leads the directory: a step may be lost, done without being said
  /// so, or done twice.
  @Test
  void whatFailsOnTheWayIsDoneInTheEnd() {
    for (int seed = 1; seed <= 300; seed++) {
      Chance chance = new Chance(seed);
      ModelCluster cluster = new ModelCluster(3 + chance.below(3), 1 + chance.below(8), 3);
      cluster.failing(chance);
      cluster.add("x");
      cluster.add("y");
      for (NodeId gone : List.copyOf(cluster.roster().founders()).subList(0, 1 + chance.below(2))) {
        cluster.leave(gone);
        cluster.run(1 + chance.below(3));
      }
      cluster.run(MOST);
      cluster.checkWhole();
      assertThat(cluster.roster().leaving()).as("seed %d", seed).isEmpty();
      assertThat(cluster.roster().moves()).isEmpty();
    }
  }

  /// The node that was to have it dies and is removed: what was meant for it goes elsewhere.
  @Test
  void aMoveToANodeThatLeavesIsGivenUp() {
    ModelCluster cluster = new ModelCluster(3, 4, 3);
    NodeId a = new NodeId("a");
    cluster.add("d");
    cluster.leave(a);
    cluster.act(cluster.plan(MOST));
    cluster.act(cluster.plan(MOST));
    assertThat(cluster.roster().moves()).isNotEmpty();
    cluster.kill(new NodeId("d"));
    cluster.add("e");
    cluster.leave(new NodeId("d"));
    cluster.run(MOST);
    cluster.checkWhole();
    assertThat(cluster.roster().active())
        .containsExactlyInAnyOrder(new NodeId("b"), new NodeId("c"), new NodeId("e"));
  }

  @Test
  void withoutAMajorityOfThoseThatStayNobodyIsRemoved() {
    ModelCluster cluster = new ModelCluster(3, 1, 3);
    cluster.add("d");
    cluster.leave(new NodeId("a"));
    for (int i = 0; i < 20 && !cluster.hasVoter(0, "d"); i++) {
      cluster.act(cluster.plan(MOST));
    }
    Set<NodeId> up = new TreeSet<>(Set.of(new NodeId("a"), new NodeId("b")));
    Balance.Plan plan = Balance.next(cluster.roster(), cluster.groups(), up, MOST);
    assertThat(plan.steps()).isEmpty();
    up.add(new NodeId("d"));
    assertThat(Balance.next(cluster.roster(), cluster.groups(), up, MOST).steps()).isNotEmpty();
  }

  @Test
  void nothingIsMovedToANodeThatIsDown() {
    ModelCluster cluster = new ModelCluster(3, 4, 3);
    cluster.add("d");
    cluster.kill(new NodeId("d"));
    assertThat(cluster.plan(MOST).isEmpty()).isTrue();
    cluster.leave(new NodeId("a"));
    assertThat(cluster.plan(MOST).isEmpty()).isTrue();
  }

  /// Replicas that somebody moves by hand between founders are nobody's business.
  @Test
  void membersThatSomebodyChangesByHandAreLeftAlone() {
    ModelCluster cluster = new ModelCluster(4, 1, 3);
    cluster.add("e");
    cluster.run(MOST);
    cluster.learn(0, "d");
    assertThat(cluster.plan(MOST).isEmpty()).isTrue();
    cluster.vote(0, "d");
    assertThat(cluster.plan(MOST).isEmpty()).isTrue();
  }
}
