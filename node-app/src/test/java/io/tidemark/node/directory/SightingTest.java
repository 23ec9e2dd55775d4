package io.tidemark.node.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.foundation.NodeId;
import io.tidemark.node.Gateway.NodeStatus;
import io.tidemark.node.Gateway.ReplicaStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class SightingTest {
  private static final NodeId A = new NodeId("a");
  private static final NodeId B = new NodeId("b");
  private static final NodeId C = new NodeId("c");
  private static final List<String> VOTERS = List.of("a.00000001", "b.00000002", "c.00000003");

  private final Map<NodeId, NodeStatus> statuses = new TreeMap<>();

  SightingTest() {
    statuses.put(A, status(replica(0, "a.00000001", 5, "a", "leader", 2_000)));
    statuses.put(B, status(replica(0, "b.00000002", 5, "a", "follower", 2_000)));
    statuses.put(C, status(replica(0, "c.00000003", 5, "a", "follower", 1_000)));
  }

  private static NodeStatus status(ReplicaStatus... replicas) {
    return new NodeStatus(new ArrayList<>(List.of(replicas)));
  }

  private static ReplicaStatus replica(
      int partition, String id, long epoch, String leader, String state, long lsn) {
    return new ReplicaStatus(
        partition,
        id,
        epoch,
        leader,
        state,
        1,
        lsn,
        lsn,
        lsn,
        lsn,
        new ArrayList<>(VOTERS),
        new ArrayList<>());
  }

  private List<NodeId> heirs() {
    return new Sighting(statuses).groups().get(0).heirs();
  }

  @Test
  void whoIsUpAndWellAndCaughtUpCouldLead() {
    assertThat(heirs()).containsExactly(B, C);
    statuses.put(C, status(replica(0, "c.00000003", 5, "a", "follower", 999)));
    assertThat(heirs()).as("lags").containsExactly(B);
    statuses.remove(C);
    assertThat(heirs()).as("down").containsExactly(B);
  }

  @Test
  void whoTakesNoPartOrFollowsSomebodyElseCannot() {
    for (String state : List.of("mending", "opening", "pre-candidate", "fenced")) {
      statuses.put(B, status(replica(0, "b.00000002", 5, "a", state, 2_000)));
      assertThat(heirs()).as(state).containsExactly(C);
    }
    statuses.put(B, status(replica(0, "b.00000002", 5, "", "follower", 2_000)));
    assertThat(heirs()).containsExactly(C);
    statuses.put(B, status(replica(0, "b.00000009", 5, "a", "follower", 2_000)));
    assertThat(heirs()).as("another incarnation").containsExactly(C);
  }

  @Test
  void aNodeOneOfWhoseWritersHasTroublesCannot() {
    for (String state :
        List.of("follower, stalled", "follower, read-only", "follower, ending", "fenced")) {
      statuses.put(
          B,
          status(
              replica(0, "b.00000002", 5, "a", "follower", 2_000),
              replica(1, "b.00000004", 5, "a", state, 2_000)));
      assertThat(heirs()).as(state).containsExactly(C);
    }
  }

  @Test
  void ofTwoLeadersTheNewerIsBelieved() {
    statuses.put(B, status(replica(0, "b.00000002", 6, "b", "leader", 2_000)));
    assertThat(new Sighting(statuses).groups().get(0).leader()).isEqualTo(B);
  }
}
