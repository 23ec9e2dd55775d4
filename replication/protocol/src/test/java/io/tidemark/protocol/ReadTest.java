package io.tidemark.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReadTest {
  @Test
  void aReadIsAnsweredAfterAMajorityConfirmedTheLeader() {
    Group group = Group.of(3);
    group.elect(1);
    group.deliver();
    group.member(1).takeEffects();
    group.member(1).step(new Event.ReadRequested(42));
    assertThat(group.member(1).takeEffects())
        .noneMatch(effect -> effect instanceof Effect.ReadReady);
    group.deliver();
    assertThat(group.member(1).takeEffects()).contains(new Effect.ReadReady(42, 1));
  }

  @Test
  void readsThatComeWhileARoundIsOutShareTheNext() {
    Group group = Group.of(3);
    group.elect(1);
    Member leader = group.member(1);
    for (long id = 1; id <= 100; id++) {
      leader.step(new Event.ReadRequested(id));
    }
    long before = group.delivered();
    group.deliver();
    assertThat(leader.takeEffects())
        .filteredOn(effect -> effect instanceof Effect.ReadReady)
        .hasSize(100);
    assertThat(group.delivered() - before).isLessThanOrEqualTo(8);
  }

  @Test
  void aNewLeaderAnswersNoReadBeforeItHasCommittedInItsEpoch() {
    Group group = Group.of(3);
    group.lose(m -> m.message() instanceof Message.Progress progress && progress.durable() >= 1);
    group.elect(1);
    Member leader = group.member(1);
    leader.step(new Event.ReadRequested(1));
    group.deliver();
    assertThat(leader.core().isLeader()).isTrue();
    assertThat(leader.takeEffects()).noneMatch(effect -> effect instanceof Effect.ReadReady);
    group.lose(_ -> false);
    group.tickAll(2 * Group.RESEND_TICKS);
    assertThat(leader.takeEffects()).contains(new Effect.ReadReady(1, 1));
  }

  @Test
  void whoStepsDownRefusesAllThatWait() {
    Group group = Group.of(3);
    group.elect(1);
    Member leader = group.member(1);
    leader.step(new Event.ReadRequested(1));
    leader.step(new Event.ReadRequested(2));
    leader.takeEffects();
    leader.step(new Event.Received(group.node(2), new Message.Fenced(9)));
    assertThat(leader.takeEffects()).contains(new Effect.ReadRefused(1), new Effect.ReadRefused(2));
  }

  @Test
  void whoDoesNotLeadRefuses() {
    Group group = Group.of(3);
    group.member(1).step(new Event.ReadRequested(1));
    assertThat(group.member(1).takeEffects()).containsExactly(new Effect.ReadRefused(1));
  }
}
