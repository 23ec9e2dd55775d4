package io.tidemark.runtime.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.foundation.NodeId;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class RosterTest {
  private static final NodeId A = new NodeId("a");
  private static final NodeId B = new NodeId("b");
  private static final NodeId C = new NodeId("c");
  private static final NodeId D = new NodeId("d");

  private Roster roster = Roster.ofFounders(new TreeMap<>(), 1, 1);
  private long lsn;

  private static InetSocketAddress at(int port) {
    return new InetSocketAddress("127.0.0.1", port);
  }

  private static Fact founded() {
    SortedMap<NodeId, InetSocketAddress> nodes = new TreeMap<>();
    List.of(B, C, A).forEach(node -> nodes.put(node, at(7000 + node.name().charAt(0))));
    return new Fact.Founded(8, 3, nodes);
  }

  /// Every fact goes through its text, as it does in the log; so does what it leads to.
  private void holds(Fact fact) {
    switch (roster.after(++lsn, Fact.parse(fact.text()))) {
      case Roster.Taken(Roster next) -> {
        assertThat(RosterText.parse(RosterText.of(next))).isEqualTo(next);
        roster = next;
      }
      case Roster.Refused(String reason) -> throw new AssertionError(reason);
    }
  }

  private void refused(Fact fact, String why) {
    assertThat(roster.after(++lsn, fact)).isInstanceOf(Roster.Refused.class);
    assertThat(((Roster.Refused) roster.after(lsn, fact)).reason()).contains(why);
  }

  @Test
  void nothingHoldsBeforeTheClusterHasBegunAndItBeginsOnce() {
    refused(new Fact.Added(D, at(1)), "has not begun");
    holds(founded());
    assertThat(roster.version()).isEqualTo(2);
    assertThat(roster.clusterId()).isEqualTo("[a, b, c]/8/3");
    assertThat(roster.nodes().get(A).number()).isZero();
    assertThat(roster.nodes().get(C).number()).isEqualTo(2);
    refused(founded(), "has begun");
  }

  @Test
  void whoIsKnownBeforehandIsNumberedAsWhoFounds() {
    holds(founded());
    Fact.Founded founded = (Fact.Founded) founded();
    Roster before = Roster.ofFounders(founded.nodes(), 8, 3);
    assertThat(before.nodes()).isEqualTo(roster.nodes());
    assertThat(before.clusterId()).isEqualTo(roster.clusterId());
  }

  @Test
  void namesAndNumbersAreNotUsedAgainAndTheIdStays() {
    holds(founded());
    holds(new Fact.Added(D, at(1)));
    assertThat(roster.nodes().get(D).number()).isEqualTo(3);
    assertThat(roster.clusterId()).isEqualTo("[a, b, c]/8/3");
    holds(new Fact.Leaving(D));
    holds(new Fact.Removed(D));
    assertThat(roster.isPresent(D)).isFalse();
    refused(new Fact.Added(D, at(1)), "a name is not used again");
    holds(new Fact.Added(new NodeId("e"), at(1)));
    assertThat(roster.nodes().get(new NodeId("e")).number()).isEqualTo(4);
    refused(new Fact.Added(new NodeId("f"), at(1)), "at 127.0.0.1:1 is node e");
  }

  @Test
  void whatIsSaidTwiceHoldsAndChangesNothing() {
    holds(founded());
    holds(new Fact.Added(D, at(1)));
    long version = roster.version();
    holds(new Fact.Added(D, at(1)));
    holds(new Fact.MoveEnded(3));
    assertThat(roster.version()).isEqualTo(version);
    holds(new Fact.Leaving(A));
    holds(new Fact.Leaving(A));
    holds(new Fact.Removed(A));
    holds(new Fact.Removed(A));
    holds(new Fact.Leaving(A));
    assertThat(roster.active()).containsExactly(B, C, D);
  }

  @Test
  void enoughNodesStayForTheReplicas() {
    holds(founded());
    refused(new Fact.Leaving(A), "3 replicas need as many nodes; without a there are 2");
    holds(new Fact.Added(D, at(1)));
    holds(new Fact.Leaving(A));
    refused(new Fact.Leaving(B), "without b there are 2");
    refused(new Fact.Leaving(new NodeId("x")), "there is no node x");
    refused(new Fact.Removed(B), "is not leaving");
  }

  @Test
  void aPartitionHasOneMoveAtATimeAndWhoIsInOneIsNotRemoved() {
    holds(founded());
    holds(new Fact.Added(D, at(1)));
    holds(new Fact.Leaving(A));
    refused(new Fact.MoveBegun(3, B, A), "no such move");
    refused(new Fact.MoveBegun(9, A, D), "no such move");
    refused(new Fact.MoveBegun(3, D, D), "no such move");
    holds(new Fact.MoveBegun(roster.directory(), A, D));
    refused(new Fact.MoveBegun(roster.directory(), B, D), "is on its way");
    refused(new Fact.Removed(A), "is on its way");
    holds(new Fact.MoveEnded(roster.directory()));
    holds(new Fact.Removed(A));
  }

  @Test
  void whatIsNoFactOrNoRosterIsRefused() {
    for (String text : List.of("", "added d", "leaving a b", "told a", "founded 8 3 a:1")) {
      assertThatThrownBy(() -> Fact.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
    for (String text : List.of("", "version 1", "node a 0", "versions 1")) {
      assertThatThrownBy(() -> RosterText.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
