package io.tidemark.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.protocol.Message.Run;
import java.util.List;
import org.junit.jupiter.api.Test;

class ElectionTest {
  @Test
  void aSingleVoterElectsItselfAndCommitsAlone() {
    Group group = Group.of(1);
    group.elect(1);
    assertThat(group.member(1).core().isLeader()).isTrue();
    assertThat(group.member(1).core().committed()).isEqualTo(1);
  }

  @Test
  void whoStandsAsksFirstAndRaisesNoEpoch() {
    Group group = Group.of(3);
    group.cutOff(1);
    group.elect(1);
    assertThat(group.member(1).core().roleName()).isEqualTo("pre-candidate");
    assertThat(group.member(1).core().epoch()).isZero();
  }

  @Test
  void aMajorityMakesALeaderWhoseFirstRecordIsItsAnchor() {
    Group group = Group.of(3);
    group.elect(1);
    assertThat(group.member(1).core().isLeader()).isTrue();
    for (int i = 1; i <= 3; i++) {
      assertThat(group.member(i).core().epoch()).isEqualTo(1);
      assertThat(group.member(i).core().leader()).contains(group.node(1));
      assertThat(group.member(i).core().durable()).isEqualTo(1);
    }
  }

  @Test
  void ownVoteCountsOnlyWhenItIsDurable() {
    Group group = Group.of(3);
    group.member(1).stopDisk();
    group.lose(m -> m.message() instanceof Message.Vote && m.from().equals(group.node(3)));
    group.elect(1);
    assertThat(group.member(1).core().roleName()).isEqualTo("candidate");
    group.member(1).continueDisk();
    assertThat(group.member(1).core().isLeader()).isTrue();
  }

  @Test
  void theSilenceOfALeaderWhoseNodeIsLostIsNotWaitedFor() {
    Group group = Group.of(3);
    group.elect(1);
    group.cutOff(1);
    group.member(2).step(new Event.NodeLost(group.node(1).node()));
    group.member(3).step(new Event.NodeLost(group.node(1).node()));
    assertThat(group.member(2).core().leader()).isEmpty();
    group.tickAll(Group.ELECTION_TICKS / 4);
    assertThat(group.member(2).core().isLeader()).isTrue();
    assertThat(group.member(2).core().epoch()).isEqualTo(2);
  }

  @Test
  void whoIsToldOfALossThatIsNoneUnseatsNobody() {
    Group group = Group.of(3);
    group.elect(1);
    group.member(3).step(new Event.NodeLost(group.node(2).node()));
    assertThat(group.member(3).core().leader()).contains(group.node(1));
    group.member(3).step(new Event.NodeLost(group.node(1).node()));
    group.tickAll(4 * Group.ELECTION_TICKS);
    assertThat(group.member(1).core().isLeader()).isTrue();
    assertThat(group.member(1).core().epoch()).isEqualTo(1);
    assertThat(group.member(3).core().leader()).contains(group.node(1));
  }

  @Test
  void whileALeaderIsHeardNobodyGetsAVote() {
    Group group = Group.of(3);
    group.elect(1);
    group.lose(m -> m.from().equals(group.node(1)) && m.to().equals(group.node(3)));
    group.tickAll(4 * Group.ELECTION_TICKS);
    assertThat(group.member(1).core().isLeader()).isTrue();
    assertThat(group.member(3).core().roleName()).isEqualTo("pre-candidate");
    assertThat(group.member(3).core().epoch()).isEqualTo(1);
  }

  @Test
  void aVoteInAHigherEpochIsIgnoredWhileALeaderIsHeard() {
    Group group = Group.of(3);
    group.elect(1);
    group.member(2).takeEffects();
    group.member(2).step(new Event.Received(group.node(3), new Message.AskVote(9, 99, 9, false)));
    assertThat(group.member(2).takeEffects()).isEmpty();
    assertThat(group.member(2).core().epoch()).isEqualTo(1);
  }

  @Test
  void aSplitVoteElectsNobodyAndTheNextElectionSomebody() {
    Group group = Group.of(2);
    group.lose(m -> m.message() instanceof Message.AskVote);
    // Each wins its pre-vote, votes for itself, and has no vote left for the other.
    for (int i = 0; i < 2 * Group.ELECTION_TICKS; i++) {
      group.tickAll(1);
    }
    assertThat(group.member(1).core().isLeader() || group.member(2).core().isLeader()).isFalse();
    group.lose(_ -> false);
    group.tickAll(6 * Group.ELECTION_TICKS);
    assertThat(group.member(1).core().isLeader()).isNotEqualTo(group.member(2).core().isLeader());
  }

  @Test
  void oneVoteInAnEpochAlsoAfterARestart() {
    Group group = Group.of(3);
    Member voter = group.member(3);
    voter.step(new Event.Received(group.node(1), new Message.AskVote(5, 0, 0, false)));
    voter.restart();
    voter.takeEffects();
    voter.step(new Event.Received(group.node(2), new Message.AskVote(5, 0, 0, false)));
    assertThat(voter.takeEffects())
        .containsExactly(new Effect.Send(group.node(2), new Message.Vote(5, false)));
    voter.step(new Event.Received(group.node(1), new Message.AskVote(5, 0, 0, false)));
    assertThat(voter.takeEffects())
        .containsExactly(new Effect.Send(group.node(1), new Message.Vote(5, true)));
  }

  @Test
  void aShorterLogGetsNoVote() {
    Group group = Group.of(3);
    group.member(2).hasLog(new Run(1, 1, 5));
    group.member(3).hasLog(new Run(1, 1, 5));
    group.elect(1);
    assertThat(group.member(1).core().isLeader()).isFalse();
    group.elect(2);
    assertThat(group.member(2).core().isLeader()).isTrue();
  }

  @Test
  void aLeaderThatHearsNoMajorityResigns() {
    Group group = Group.of(3);
    group.elect(1);
    group.cutOff(1);
    group.member(1).takeEffects();
    for (int i = 0; i < 3 * Group.ELECTION_TICKS - 1; i++) {
      group.member(1).tick();
    }
    assertThat(group.member(1).core().isLeader()).as("a while longer than others wait").isTrue();
    group.member(1).tick();
    assertThat(group.member(1).core().isLeader()).isFalse();
    assertThat(group.member(1).takeEffects()).contains(new Effect.StopLeading());
  }

  @Test
  void whoSuspectedALeaderWronglyIsMorePatient() {
    Group group = Group.of(3);
    group.elect(1);
    Member follower = group.member(2);
    follower.step(heartbeatOf(group));
    int atFirst = ticksUntilSuspicion(follower);
    follower.step(heartbeatOf(group));
    assertThat(ticksUntilSuspicion(follower)).isGreaterThanOrEqualTo(3 * atFirst);
    follower.step(heartbeatOf(group));
    assertThat(ticksUntilSuspicion(follower)).as("but not for ever").isLessThan(6 * atFirst);
  }

  private static Event heartbeatOf(Group group) {
    long epoch = group.member(1).core().epoch();
    return new Event.Received(group.node(1), new Message.Heartbeat(epoch, 0, 0));
  }

  private static int ticksUntilSuspicion(Member follower) {
    int ticks = 0;
    while (follower.core().leader().isPresent()) {
      follower.tick();
      ticks++;
    }
    return ticks;
  }

  @Test
  void whoHasNotSettledTakesNoMessage() {
    Group group = Group.of(3);
    group.elect(1);
    Member old = group.member(1);
    old.stopDisk();
    old.step(new Event.Received(group.node(2), new Message.Fenced(7)));
    assertThat(old.core().epoch()).isEqualTo(7);
    old.takeEffects();
    old.step(new Event.Received(group.node(2), new Message.AskVote(8, 99, 8, false)));
    old.step(new Event.Received(group.node(2), new Message.Heartbeat(8, 0, 0)));
    assertThat(old.takeEffects()).isEmpty();
    assertThat(old.core().epoch()).isEqualTo(7);
    old.continueDisk();
    old.step(new Event.Received(group.node(2), new Message.AskVote(8, 99, 8, false)));
    assertThat(old.takeEffects())
        .contains(new Effect.Send(group.node(2), new Message.Vote(8, true)));
  }

  @Test
  void aMessageOfALowerEpochIsAnsweredWithTheHigherOne() {
    Group group = Group.of(3);
    Member member = group.member(1);
    member.step(new Event.Received(group.node(2), new Message.Heartbeat(5, 0, 0)));
    member.takeEffects();
    member.step(new Event.Received(group.node(3), new Message.Batches(4, 0, 0, List.of(), 0)));
    assertThat(member.takeEffects())
        .containsExactly(new Effect.Send(group.node(3), new Message.Fenced(5)));
  }
}
