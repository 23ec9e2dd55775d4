package io.tidemark.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.foundation.ReplicaId;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Who takes part changes one by one, through the log, and each quorum before meets each after.
class MembersTest {
  private static Group led(int size, int spare) {
    Group group = Group.withSpares(size, spare);
    group.elect(1);
    return group;
  }

  /// Asks the leader for `change` and delivers what comes of it.
  private static void change(Group group, MemberChange change) {
    Member leader = group.member(1);
    leader.takeEffects();
    leader.step(new Event.ChangeRequested(change));
    assertThat(leader.takeEffects()).noneMatch(effect -> effect instanceof Effect.MembersRefused);
    group.deliver();
  }

  private static String refusal(Member member, MemberChange change) {
    member.takeEffects();
    member.step(new Event.ChangeRequested(change));
    assertThat(member.takeEffects())
        .filteredOn(effect -> effect instanceof Effect.AppendMembers)
        .isEmpty();
    return member.lastRefusal();
  }

  private static MemberChange add(ReplicaId node) {
    return new MemberChange.AddLearner(node);
  }

  private static MemberChange promote(ReplicaId node) {
    return new MemberChange.Promote(node);
  }

  private static MemberChange remove(ReplicaId node) {
    return new MemberChange.Remove(node);
  }

  @Test
  void aLearnerGetsEverythingAndDecidesNothing() {
    Group group = led(3, 1);
    group.member(1).append(5);
    group.deliver();
    change(group, add(group.node(4)));
    assertThat(group.member(4).lastLsn()).isEqualTo(7);
    group.tickAll(4);
    assertThat(group.member(4).core().committed()).isEqualTo(7);
    group.cutOff(2, 3);
    group.member(1).append(1);
    group.deliver();
    assertThat(group.member(1).core().committed()).as("two of three voters are gone").isEqualTo(7);
    assertThat(group.member(4).lastLsn()).isEqualTo(8);
    group.tickAll(4 * Group.ELECTION_TICKS);
    assertThat(group.member(4).core().roleName()).as("it does not stand").isEqualTo("follower");
  }

  @Test
  void aPromotedLearnerCounts() {
    Group group = led(3, 1);
    change(group, add(group.node(4)));
    group.tickAll(4);
    change(group, promote(group.node(4)));
    for (int i = 1; i <= 4; i++) {
      assertThat(group.member(i).core().members().voters()).hasSize(4);
    }
    group.cutOff(2);
    group.member(1).append(1);
    group.deliver();
    assertThat(group.member(1).core().committed()).as("3 of 4").isEqualTo(4);
    group.cutOff(2, 3);
    group.member(1).append(1);
    group.deliver();
    assertThat(group.member(1).core().committed()).as("2 of 4").isEqualTo(4);
  }

  @Test
  void aLearnerThatLacksWhatIsCommittedIsNotPromoted() {
    Group group = led(3, 1);
    change(group, add(group.node(4)));
    group.lose(m -> m.to().equals(group.node(4)));
    group.member(1).append(5);
    group.deliver();
    group.tickAll(2);
    assertThat(refusal(group.member(1), promote(group.node(4)))).contains("lacks records");
    group.lose(_ -> false);
    group.tickAll(2 * Group.RESEND_TICKS);
    change(group, promote(group.node(4)));
    assertThat(group.member(1).core().members().isVoter(group.node(4))).isTrue();
  }

  @Test
  void theNextChangeWaitsForTheCommitOfTheOneBefore() {
    Group group = led(3, 2);
    group.lose(m -> m.message() instanceof Message.Progress);
    change(group, add(group.node(4)));
    assertThat(refusal(group.member(1), add(group.node(5)))).contains("not committed");
    group.lose(_ -> false);
    group.tickAll(2 * Group.RESEND_TICKS);
    change(group, add(group.node(5)));
    assertThat(group.member(1).core().members().learners())
        .containsExactly(group.node(4), group.node(5));
  }

  /// The bug of the first publication of Raft: a leader that changes members before a record of its
  /// own epoch is committed may use a quorum that an earlier leader's does not meet.
  @Test
  void aNewLeaderChangesNothingBeforeItHasCommitted() {
    Group group = led(3, 1);
    group.lose(m -> m.message() instanceof Message.Progress);
    group.member(1).step(new Event.ResignRequested());
    group.tickAll(Group.ELECTION_TICKS);
    Member leader = group.member(2).core().isLeader() ? group.member(2) : group.member(3);
    assertThat(leader.core().isLeader()).isTrue();
    assertThat(refusal(leader, add(group.node(4)))).contains("nothing of this epoch");
  }

  @Test
  void whatMakesNoSenseIsRefusedByName() {
    Group group = led(3, 1);
    Member leader = group.member(1);
    assertThat(refusal(group.member(2), add(group.node(4)))).contains("does not lead");
    assertThat(refusal(leader, add(group.node(2)))).contains("it is a member");
    assertThat(refusal(leader, promote(group.node(2)))).contains("no learner");
    assertThat(refusal(leader, promote(group.node(4)))).contains("no learner");
    assertThat(refusal(leader, remove(group.node(4)))).contains("no member");
    assertThat(refusal(leader, remove(group.node(1)))).contains("hand over first");
  }

  @Test
  void whoIsRemovedDoesNotCountAndDoesNotDisturb() {
    Group group = led(3, 0);
    change(group, remove(group.node(3)));
    group.cutOff(3);
    group.member(1).append(2);
    group.deliver();
    assertThat(group.member(1).core().committed()).isEqualTo(4);
    group.lose(_ -> false);
    group.tickAll(6 * Group.ELECTION_TICKS);
    assertThat(group.member(1).core().isLeader()).isTrue();
    assertThat(group.member(1).core().epoch()).isEqualTo(1);
    group.cutOff(2);
    group.member(1).append(1);
    group.deliver();
    assertThat(group.member(1).core().committed()).as("the removed one has no say").isEqualTo(4);
  }

  @Test
  void aChangeThatIsTruncatedIsUndone() {
    Group group = led(3, 1);
    group.cutOff(1);
    change(group, add(group.node(4)));
    assertThat(group.member(1).core().members().learners()).isNotEmpty();
    group.tickAll(3 * Group.ELECTION_TICKS);
    group.lose(_ -> false);
    group.tickAll(2 * Group.ELECTION_TICKS);
    for (int i = 1; i <= 3; i++) {
      assertThat(group.member(i).core().members())
          .isEqualTo(Members.of(List.of(group.node(1), group.node(2), group.node(3))));
    }
  }

  @Test
  void aRestartKeepsWhatTheLogHolds() {
    Group group = led(3, 1);
    change(group, add(group.node(4)));
    group.tickAll(4);
    change(group, promote(group.node(4)));
    for (int i = 2; i <= 4; i++) {
      group.member(i).restart();
      assertThat(group.member(i).core().members().voters()).contains(group.node(4));
    }
  }

  /// The one that was saved is not in the log, because the power went before it was appended.
  @Test
  void aRestartForgetsWhatTheLogDoesNotHold() {
    Group group = led(3, 1);
    group.member(1).stopDisk();
    group.member(1).step(new Event.ChangeRequested(add(group.node(4))));
    assertThat(group.member(1).core().members().learners()).isNotEmpty();
    group.member(1).restart();
    assertThat(group.member(1).core().members().learners()).isEmpty();
  }

  @Test
  void readsDoNotKeepWhoLostItsDiskFromItsPlace() {
    Group group = led(3, 0);
    ReplicaId before = group.node(3);
    ReplicaId after = new ReplicaId(before.node(), 1);
    Member leader = group.member(1);
    group.lose(m -> m.to().isSameNode(before) || m.from().isSameNode(before));
    for (int i = 0; i < 10 * Group.ELECTION_TICKS; i++) {
      leader.step(new Event.ReadRequested(i));
      leader.step(new Event.StrangerHeard(after));
      if (leader.core().members().contains(after)) {
        long lsn = leader.lastLsn();
        leader.step(
            new Event.Received(after, new Message.Progress(leader.core().epoch(), lsn, lsn, 0)));
      }
      group.tickAll(1);
    }
    assertThat(leader.core().members().voters())
        .containsExactly(group.node(1), group.node(2), after);
  }

  @Test
  void nobodyIsRemovedWhoIsNeeded() {
    Group group = led(3, 0);
    group.cutOff(3);
    group.tickAll(2 * Group.ELECTION_TICKS);
    assertThat(group.member(1).core().isLeader()).isTrue();
    assertThat(refusal(group.member(1), remove(group.node(2)))).contains("too few");
    change(group, remove(group.node(3)));
    assertThat(group.member(1).core().members().voters()).hasSize(2);
  }

  /// Ten thousand pairs of quorums: before and after each step they have somebody in common.
  @Test
  void everyStepKeepsQuorumsTogether() {
    List<ReplicaId> nodes = List.of(node(1), node(2), node(3), node(4), node(5), node(6));
    for (int size = 1; size <= 5; size++) {
      Members members = Members.of(nodes.subList(0, size));
      MemberChange add = new MemberChange.AddLearner(nodes.get(5));
      Members learning = members.after(add);
      assertMeet(members, learning);
      assertMeet(learning, learning.after(new MemberChange.Promote(nodes.get(5))));
      for (ReplicaId node : members.voters()) {
        if (size > 1) {
          assertMeet(members, members.after(new MemberChange.Remove(node)));
        }
      }
    }
  }

  private static ReplicaId node(int i) {
    return ReplicaId.parse("n" + i);
  }

  private static void assertMeet(Members before, Members after) {
    for (int one = 0; one < 1 << 6; one++) {
      for (int other = 0; other < 1 << 6; other++) {
        boolean both = before.isQuorum(chosen(one)) && after.isQuorum(chosen(other));
        assertThat(both && (one & other) == 0).as("%s, %s", before, after).isFalse();
      }
    }
  }

  private static List<ReplicaId> chosen(int bits) {
    return List.of(1, 2, 3, 4, 5, 6).stream()
        .filter(i -> (bits & 1 << (i - 1)) != 0)
        .map(MembersTest::node)
        .toList();
  }
}
