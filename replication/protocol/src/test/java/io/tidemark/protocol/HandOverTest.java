package io.tidemark.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.foundation.ReplicaId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Leaderships that end because somebody wants them to.
class HandOverTest {
  private static final Event.HandOverRequested TO_ANYBODY =
      new Event.HandOverRequested(Optional.empty());

  private static Group led() {
    Group group = Group.of(3);
    group.elect(1);
    group.deliver();
    return group;
  }

  private static Event.HandOverRequested to(ReplicaId node) {
    return new Event.HandOverRequested(Optional.of(node));
  }

  private static long unknown(Member member) {
    return member.lastLsn() - member.core().committed();
  }

  @Test
  void whoIsNamedLeadsAtOnceAndNothingIsUnknown() {
    Group group = led();
    group.member(1).append(5);
    group.deliver();
    group.member(1).step(to(group.node(3)));
    assertThat(unknown(group.member(1))).isZero();
    group.deliver();
    assertThat(group.member(3).core().isLeader()).isTrue();
    assertThat(group.member(3).core().epoch()).isEqualTo(2);
    assertThat(group.member(1).core().leader()).contains(group.node(3));
  }

  @Test
  void theHeirIsToldOnlyWhenItHasAllAndAllIsCommitted() {
    Group group = led();
    group.member(2).stopDisk();
    group.member(3).stopDisk();
    group.member(1).append(5);
    group.member(1).step(to(group.node(2)));
    group.deliver();
    assertThat(group.member(1).core().isLeader()).isTrue();
    group.member(3).continueDisk();
    group.deliver();
    assertThat(group.member(1).core().isLeader()).as("the other one has it").isTrue();
    group.member(2).continueDisk();
    group.deliver();
    assertThat(group.member(2).core().isLeader()).isTrue();
    assertThat(group.member(2).core().committed()).isEqualTo(group.member(2).lastLsn());
  }

  @Test
  void withoutANameItGoesToWhoHasMost() {
    Group group = led();
    group.lose(m -> m.to().equals(group.node(2)) && m.message() instanceof Message.Batches);
    group.member(1).append(5);
    group.deliver();
    group.lose(_ -> false);
    group.member(1).step(TO_ANYBODY);
    group.deliver();
    assertThat(group.member(3).core().isLeader()).isTrue();
  }

  @Test
  void aLostCallToStandIsSaidAgain() {
    Group group = led();
    group.lose(m -> m.message() instanceof Message.StandNow);
    group.member(1).step(to(group.node(2)));
    group.deliver();
    assertThat(group.member(1).core().isLeader()).isTrue();
    group.lose(_ -> false);
    group.tickAll(1);
    assertThat(group.member(2).core().isLeader()).isTrue();
  }

  @Test
  void whereNobodyIsHeardItGoesOnAtOnce() {
    Group group = led();
    group.member(1).takeEffects();
    group.member(1).step(to(ReplicaId.parse("n9")));
    assertThat(group.member(1).takeEffects()).containsExactly(new Effect.ResumeAppends(1));
    group.member(1).append(1);
    assertThat(group.member(1).core().isLeader()).isTrue();
  }

  @Test
  void whenNobodyTakesItOverInTimeItGoesOn() {
    Group group = led();
    group.lose(m -> m.message() instanceof Message.StandNow);
    group.member(1).step(to(group.node(2)));
    group.tickAll(2 * Group.ELECTION_TICKS);
    assertThat(group.member(1).takeEffects()).contains(new Effect.ResumeAppends(1));
    assertThat(group.member(1).core().isLeader()).isTrue();
    group.member(1).append(1);
    group.deliver();
    assertThat(unknown(group.member(1))).isZero();
  }

  /// Its writer does not answer: it is stuck.
  @Test
  void aLeaderThatCannotEvenHoldResigns() {
    Group group = led();
    group.member(1).stopDisk();
    group.member(1).step(new Event.FitnessChanged(false));
    group.tickAll(2 * Group.ELECTION_TICKS);
    assertThat(group.member(1).core().isLeader()).isFalse();
    group.tickAll(Group.ELECTION_TICKS);
    assertThat(group.member(2).core().isLeader() || group.member(3).core().isLeader()).isTrue();
  }

  @Test
  void aLeaderThatResignsIsReplacedWithoutWaitingForItsSilence() {
    Group group = led();
    group.member(1).step(new Event.ResignRequested());
    group.deliver();
    group.tickAll(Group.ELECTION_TICKS / 2);
    assertThat(group.member(2).core().isLeader()).as("its turn comes first").isTrue();
    assertThat(group.member(1).core().leader()).contains(group.node(2));
  }

  @Test
  void anUnfitLeaderHandsOverAndIsNotElectedWhileOthersAreThere() {
    Group group = led();
    group.member(1).step(new Event.FitnessChanged(false));
    group.deliver();
    assertThat(group.member(1).core().isLeader()).isFalse();
    for (int round = 0; round < 4; round++) {
      int leader = group.member(2).core().isLeader() ? 2 : 3;
      group.member(leader).step(new Event.ResignRequested());
      group.tickAll(3 * Group.ELECTION_TICKS);
      assertThat(group.member(1).core().isLeader()).isFalse();
    }
  }

  @Test
  void anUnfitHeirDoesNotStand() {
    Group group = led();
    group.member(2).step(new Event.FitnessChanged(false));
    group.member(1).step(to(group.node(2)));
    group.tickAll(2 * Group.ELECTION_TICKS);
    assertThat(group.member(1).core().isLeader()).isTrue();
  }

  /// The only good disk is gone: better an unfit leader, which serves reads, than none.
  @Test
  void whereAllAreUnfitOneLeadsAllTheSame() {
    Group group = Group.of(3);
    for (int i = 1; i <= 3; i++) {
      group.member(i).step(new Event.FitnessChanged(false));
    }
    group.tickAll(8 * Group.ELECTION_TICKS);
    assertThat(List.of(1, 2, 3)).anyMatch(i -> group.member(i).core().isLeader());
  }

  @Test
  void onlyWhoWasAskedByTheLeaderUnseatsIt() {
    Group group = led();
    Event stands = new Event.Received(group.node(3), new Message.AskVote(2, 1, 1, false));
    group.member(1).step(stands);
    assertThat(group.member(1).core().isLeader()).isTrue();
    group.member(1).step(new Event.Received(group.node(3), new Message.AskVote(2, 1, 1, true)));
    assertThat(group.member(1).core().isLeader()).isFalse();
  }
}
