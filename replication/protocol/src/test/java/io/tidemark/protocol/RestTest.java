package io.tidemark.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.foundation.ReplicaId;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Groups that have nothing to do.
class RestTest {
  private static final int LONG = 50 * Group.ELECTION_TICKS;

  /// More than it takes to come to rest.
  private static final int SOON = 2 * Group.REST_TICKS;

  private static Group resting() {
    Group group = Group.of(3);
    group.elect(1);
    group.member(1).append(5);
    group.tickAll(SOON);
    assertThat(resting(group)).containsExactly(true, true, true);
    return group;
  }

  private static List<Boolean> resting(Group group) {
    return List.of(
        group.member(1).core().isResting(),
        group.member(2).core().isResting(),
        group.member(3).core().isResting());
  }

  private static boolean hasAll(Member member, long lastLsn) {
    return member.lastLsn() == lastLsn && member.core().committed() == lastLsn;
  }

  @Test
  void whoHasNothingToDoSaysNothing() {
    Group group = resting();
    long delivered = group.delivered();
    group.tickAll(LONG);
    assertThat(group.delivered()).isEqualTo(delivered);
    assertThat(group.member(1).core().isLeader()).isTrue();
    assertThat(group.member(2).core().leader()).contains(group.node(1));
  }

  @Test
  void anAppendWakesEverybodyAndTheyRestAgain() {
    Group group = resting();
    group.tickAll(LONG);
    group.member(1).append(1);
    group.deliver();
    assertThat(resting(group)).containsExactly(false, false, false);
    assertThat(group.member(1).core().committed()).isEqualTo(group.member(1).lastLsn());
    group.tickAll(SOON);
    assertThat(resting(group)).containsExactly(true, true, true);
    assertThat(hasAll(group.member(3), group.member(1).lastLsn())).isTrue();
    assertThat(group.member(1).core().epoch()).isEqualTo(1);
  }

  @Test
  void aReadIsConfirmedByAQuorumAfterARestAsWell() {
    Group group = resting();
    group.cutOff(2, 3);
    group.member(1).takeEffects();
    group.member(1).step(new Event.ReadRequested(7));
    group.tickAll(4);
    assertThat(group.member(1).takeEffects()).noneMatch(Effect.ReadReady.class::isInstance);
    group.lose(_ -> false);
    group.tickAll(4);
    assertThat(group.member(1).takeEffects()).contains(new Effect.ReadReady(7, 6));
  }

  @Test
  void nobodyRestsWhileAFollowerHasNotEverythingDurably() {
    Group group = Group.of(3);
    group.elect(1);
    group.deliver();
    group.member(3).stopDisk();
    group.member(1).append(5);
    group.tickAll(LONG);
    assertThat(resting(group)).containsExactly(false, false, false);
    group.member(3).continueDisk();
    group.tickAll(SOON);
    assertThat(resting(group)).containsExactly(true, true, true);
  }

  @Test
  void whoIsBiddenRestAndHasNotAllOfItSaysWhatItHas() {
    Group group = Group.of(3);
    group.elect(1);
    group.deliver();
    Member follower = group.member(2);
    follower.takeEffects();
    follower.step(new Event.Received(group.node(1), new Message.Rest(1, follower.lastLsn() + 1)));
    assertThat(follower.core().isResting()).isFalse();
    assertThat(follower.takeEffects())
        .anyMatch(e -> e instanceof Effect.Send s && s.message() instanceof Message.Progress);
  }

  @Test
  void aLeaderDoesNotRestBeforeAllHaveSaidThatTheyDo() {
    Group group = Group.of(3);
    group.elect(1);
    group.lose(m -> m.message() instanceof Message.Rested && m.from().equals(group.node(3)));
    group.tickAll(LONG);
    assertThat(group.member(1).core().isResting()).isFalse();
    assertThat(group.member(1).core().isLeader()).isTrue();
    assertThat(group.member(1).core().epoch()).isEqualTo(1);
    group.lose(_ -> false);
    group.tickAll(SOON);
    assertThat(resting(group)).containsExactly(true, true, true);
  }

  @Test
  void whatIsDoneBetweenTwoTicksWakesWhoRestedAlready() {
    Group group = Group.of(3);
    group.elect(1);
    group.lose(m -> m.message() instanceof Message.Rested && m.from().equals(group.node(3)));
    group.tickAll(Group.REST_TICKS + 4);
    assertThat(group.member(2).core().isResting()).isTrue();
    group.member(1).step(new Event.ReadRequested(1));
    group.deliver();
    group.lose(m -> m.message() instanceof Message.Rest && m.to().equals(group.node(2)));
    group.tickAll(Group.REST_TICKS + 4);
    assertThat(group.member(2).core().isResting()).isFalse();
    assertThat(group.member(1).core().isResting()).isFalse();
    group.lose(_ -> false);
    group.tickAll(LONG);
    assertThat(group.member(1).core().isLeader()).isTrue();
    assertThat(group.member(1).core().epoch()).isEqualTo(1);
    assertThat(resting(group)).containsExactly(true, true, true);
  }

  @Test
  void whoWokeByItselfIsBiddenRestAgain() {
    Group group = Group.of(3);
    group.elect(1);
    group.lose(m -> m.message() instanceof Message.Rested && m.from().equals(group.node(3)));
    group.tickAll(Group.REST_TICKS + 4);
    group.member(2).step(new Event.Stirred());
    group.lose(m -> m.message() instanceof Message.Rested && m.from().equals(group.node(2)));
    group.tickAll(1);
    assertThat(group.member(1).core().isResting()).isFalse();
    group.lose(_ -> false);
    group.tickAll(LONG);
    assertThat(group.member(1).core().epoch()).isEqualTo(1);
    assertThat(resting(group)).containsExactly(true, true, true);
  }

  @Test
  void withoutOneOfItsFollowersALeaderDoesNotRest() {
    Group group = resting();
    group.cutOff(3);
    group.member(1).step(new Event.NodeLost(group.node(3).node()));
    group.tickAll(LONG);
    assertThat(group.member(1).core().isResting()).isFalse();
    assertThat(group.member(1).core().isLeader()).isTrue();
  }

  @Test
  void whenTheNodeOfALeaderThatRestsIsLostAnotherIsElected() {
    Group group = resting();
    group.cutOff(1);
    group.member(2).step(new Event.NodeLost(group.node(1).node()));
    group.member(3).step(new Event.NodeLost(group.node(1).node()));
    group.tickAll(Group.ELECTION_TICKS / 4);
    assertThat(group.member(2).core().isLeader()).isTrue();
  }

  @Test
  void theLossOfAnotherFollowerDoesNotWakeAFollower() {
    Group group = resting();
    group.member(2).step(new Event.NodeLost(group.node(3).node()));
    assertThat(group.member(2).core().isResting()).isTrue();
  }

  @Test
  void aFollowerThatIsStirredAsksOnceAndRestsAgain() {
    Group group = resting();
    long delivered = group.delivered();
    group.member(2).step(new Event.Stirred());
    assertThat(group.member(2).core().isResting()).isFalse();
    group.deliver();
    assertThat(resting(group)).containsExactly(true, true, true);
    assertThat(group.delivered()).isEqualTo(delivered + 3);
  }

  @Test
  void whoIsWokenByAStrangerAsksTheLeader() {
    Group group = resting();
    ReplicaId removed = ReplicaId.parse("n9");
    group.member(2).step(new Event.Received(removed, new Message.AskPreVote(2, 0, 0)));
    group.member(3).step(new Event.Received(removed, new Message.AskPreVote(2, 0, 0)));
    assertThat(group.member(2).core().isResting()).isFalse();
    group.lose(m -> m.to().equals(removed));
    group.tickAll(LONG);
    assertThat(group.member(1).core().epoch()).isEqualTo(1);
    assertThat(resting(group)).containsExactly(true, true, true);
  }

  @Test
  void aFollowerThatIsStirredAndNotAnsweredStands() {
    Group group = resting();
    group.cutOff(1);
    group.member(2).step(new Event.Stirred());
    group.member(3).step(new Event.Stirred());
    group.tickAll(3 * Group.ELECTION_TICKS);
    assertThat(group.member(2).core().isLeader()).isTrue();
  }

  @Test
  void aLeaderThatWasStirredAfterALongPauseResigns() {
    Group group = resting();
    group.cutOff(1);
    group.member(1).step(new Event.Stirred());
    for (int tick = 0; tick < 4 * Group.ELECTION_TICKS; tick++) {
      group.member(1).tick();
    }
    assertThat(group.member(1).core().isLeader()).isFalse();
  }

  @Test
  void aFollowerThatRestartedIsBroughtUpToDateAndAllRestAgain() {
    Group group = resting();
    group.member(2).restart();
    group.member(1).step(new Event.NodeLost(group.node(2).node()));
    group.tickAll(SOON);
    assertThat(resting(group)).containsExactly(true, true, true);
    assertThat(group.member(1).core().epoch()).isEqualTo(1);
    assertThat(hasAll(group.member(2), group.member(1).lastLsn())).isTrue();
  }

  @Test
  void whoAsksForVotesWakesTheLeaderAndIsRefused() {
    Group group = resting();
    group.member(2).restart();
    group.tickAll(SOON + 2 * Group.ELECTION_TICKS);
    assertThat(group.member(1).core().isLeader()).isTrue();
    assertThat(group.member(1).core().epoch()).isEqualTo(1);
    assertThat(resting(group)).containsExactly(true, true, true);
  }

  @Test
  void aLearnerWhoseLeaderRestsAsksUntilItRestsToo() {
    Group group = Group.withSpares(3, 1);
    group.elect(1);
    group.member(1).step(new Event.ChangeRequested(new MemberChange.AddLearner(group.node(4))));
    group.tickAll(SOON);
    assertThat(group.member(4).core().isResting()).isTrue();
    group.cutOff(4);
    group.member(4).step(new Event.Stirred());
    group.deliver();
    assertThat(group.member(4).core().isResting()).isFalse();
    group.lose(_ -> false);
    group.tickAll(LONG);
    assertThat(group.member(4).core().isResting()).isTrue();
    assertThat(resting(group)).containsExactly(true, true, true);
  }

  @Test
  void aSingleVoterRestsByItself() {
    Group group = Group.of(1);
    group.elect(1);
    group.tickAll(SOON);
    assertThat(group.member(1).core().isResting()).isTrue();
    group.member(1).append(1);
    assertThat(group.member(1).core().committed()).isEqualTo(2);
  }

  @Test
  void aLeaderThatRestsLearnsOfAnotherEpoch() {
    Group group = resting();
    group.member(1).step(new Event.Received(group.node(2), new Message.Fenced(4)));
    assertThat(group.member(1).core().isLeader()).isFalse();
    assertThat(group.member(1).core().isResting()).isFalse();
    assertThat(group.member(1).core().epoch()).isEqualTo(4);
  }
}
