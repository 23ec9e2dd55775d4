package io.tidemark.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.testkit.cluster.PartitionState.ReplicaState;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PartitionStateTest {
  private static final ReplicaState LEADER = replica("a", "voter", "leader", 7, 7, 7);
  private static final ReplicaState FOLLOWER = replica("b", "voter", "follower", 7, 7, 7);

  @Test
  void oneThatLostItsDiskIsNoVoterUntilItHasLearnt() {
    assertThat(hasThreeVoters(replica("c", "voter", "follower", 7, 7, 7))).isTrue();
    assertThat(hasThreeVoters(replica("c", "learner", "follower", 7, 7, 7))).isFalse();
    assertThat(hasThreeVoters(replica("c", "none", "opening", 0, 0, 0))).isFalse();
  }

  @Test
  void ofOneThatDoesNotAnswerNobodyKnows() {
    assertThat(hasThreeVoters(replica("c", "voter", "unreachable", 0, 0, 0))).isFalse();
  }

  @Test
  void quietIsWhenAllHaveAllOnDiskAndKnowItToBeCommitted() {
    assertThat(isQuiet(FOLLOWER)).isTrue();
    assertThat(isQuiet(replica("b", "voter", "follower", 8, 7, 7))).isFalse();
    assertThat(isQuiet(replica("b", "voter", "follower", 7, 6, 7))).isFalse();
    assertThat(isQuiet(replica("b", "voter", "follower", 7, 7, 6))).isFalse();
    ReplicaState empty = replica("a", "voter", "leader", 0, 0, 0);
    assertThat(new PartitionState(0, "a", List.of(empty)).isQuiet()).isFalse();
  }

  private static boolean hasThreeVoters(ReplicaState third) {
    return new PartitionState(0, "a", List.of(LEADER, FOLLOWER, third)).hasVoters(3);
  }

  private static boolean isQuiet(ReplicaState second) {
    return new PartitionState(0, "a", List.of(LEADER, second)).isQuiet();
  }

  private static ReplicaState replica(
      String node, String member, String state, long appended, long durable, long committed) {
    return new ReplicaState(node, member, state, appended, durable, committed);
  }
}
