package io.tidemark.node.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.foundation.NodeId;
import io.tidemark.node.Gateway.NodeStatus;
import io.tidemark.node.Gateway.ReplicaStatus;
import io.tidemark.runtime.directory.Fact;
import io.tidemark.runtime.directory.Roster;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Partition 0 moved from a to d; a replica is still on a.
final class RemainsTest {
  private static final NodeId A = new NodeId("a");
  private static final NodeId B = new NodeId("b");
  private static final NodeId D = new NodeId("d");
  private static final long COMMITTED = 100;
  private static final List<String> VOTERS = List.of("b.00000002", "c.00000003", "d.00000004");

  private final Map<NodeId, NodeStatus> statuses = new TreeMap<>();
  private Roster roster;

  RemainsTest() {
    SortedMap<NodeId, InetSocketAddress> nodes = new TreeMap<>();
    for (String name : List.of("a", "b", "c", "d")) {
      nodes.put(new NodeId(name), new InetSocketAddress("127.0.0.1", 7000 + name.charAt(0)));
    }
    roster = Roster.ofFounders(nodes, 1, 3);
    hold(new Fact.Founded(1, 3, nodes));
    says("a.00000001", "", "pre-candidate", 3, COMMITTED, VOTERS);
    says("b.00000002", "b", "leader", 5, 200, VOTERS);
    says("c.00000003", "b", "follower", 5, COMMITTED, VOTERS);
    says("d.00000004", "b", "follower", 5, 150, VOTERS);
  }

  private void hold(Fact fact) {
    roster = ((Roster.Taken) roster.after(roster.version() + 1, fact)).next();
  }

  private void says(
      String id, String leader, String state, long epoch, long lsn, List<String> voters) {
    says(id, leader, state, epoch, lsn, voters, List.of());
  }

  private void says(
      String id,
      String leader,
      String state,
      long epoch,
      long lsn,
      List<String> voters,
      List<String> learners) {
    ReplicaStatus status =
        new ReplicaStatus(
            0,
            id,
            epoch,
            leader,
            state,
            1,
            lsn,
            lsn,
            lsn,
            lsn,
            new ArrayList<>(voters),
            new ArrayList<>(learners));
    statuses.put(new NodeId(id.substring(0, 1)), new NodeStatus(new ArrayList<>(List.of(status))));
  }

  private Optional<NodeId> leaderWithout() {
    return new Remains(A, roster, statuses).leaderWithout(0);
  }

  @Test
  void whatEveryVoterHasAndNobodyCountsIsOfNoUse() {
    assertThat(leaderWithout()).contains(B);
  }

  @Test
  void aMembersReplicaIsOfUseWhateverItsIncarnation() {
    for (String own : List.of("a.00000001", "a.00000009")) {
      List<String> with = new ArrayList<>(VOTERS);
      with.add(own);
      says("b.00000002", "b", "leader", 5, 200, with);
      assertThat(leaderWithout()).isEmpty();
      says("b.00000002", "b", "leader", 5, 200, VOTERS, List.of(own));
      assertThat(leaderWithout()).isEmpty();
    }
  }

  @Test
  void itIsOfUseAsLongAsAVoterIsNotWellOrLacksAnything() {
    for (String state : List.of("mending", "fenced", "opening", "follower, read-only")) {
      says("c.00000003", "b", state, 5, COMMITTED, VOTERS);
      assertThat(leaderWithout()).as(state).isEmpty();
    }
    says("c.00000003", "b", "follower", 5, COMMITTED - 1, VOTERS);
    assertThat(leaderWithout()).isEmpty();
    says("c.00000008", "b", "follower", 5, COMMITTED, VOTERS);
    assertThat(leaderWithout()).as("another incarnation").isEmpty();
    statuses.remove(new NodeId("c"));
    assertThat(leaderWithout()).as("no answer").isEmpty();
  }

  @Test
  void withoutALeaderNobodyKnows() {
    says("b.00000002", "", "follower", 5, 200, VOTERS);
    assertThat(leaderWithout()).isEmpty();
    says("b.00000002", "b", "leader", 2, 200, VOTERS);
    assertThat(leaderWithout()).as("a leader of an epoch before").isEmpty();
    says("b.00000002", "b", "leader", 5, 200, List.of());
    assertThat(leaderWithout()).as("members unknown").isEmpty();
  }

  @Test
  void ofTwoLeadersTheNewerIsBelieved() {
    List<String> with = new ArrayList<>(VOTERS);
    with.add("a.00000001");
    says("c.00000003", "c", "leader", 6, 200, with);
    assertThat(leaderWithout()).isEmpty();
  }

  @Test
  void whileItsPartitionMovesItStays() {
    hold(new Fact.MoveBegun(0, D, A));
    assertThat(leaderWithout()).isEmpty();
    hold(new Fact.MoveEnded(0));
    assertThat(leaderWithout()).contains(B);
  }

  @Test
  void beforeTheClusterHasBegunNothingIsRemoved() {
    SortedMap<NodeId, InetSocketAddress> nodes = new TreeMap<>();
    roster.nodes().forEach((node, entry) -> nodes.put(node, entry.address()));
    roster = Roster.ofFounders(nodes, 1, 3);
    assertThat(leaderWithout()).isEmpty();
  }
}
