package io.tidemark.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Replicas that are silent while their nodes are heard: those are busy.
class BusyNodeTest {
  private static final int TIMEOUTS_OF_BUSY = 8;

  @Test
  void aSilentLeaderIsBorneLongerWhileItsNodeIsHeard() {
    Group group = Group.of(3);
    group.hear(1, 2, 3);
    group.elect(1);
    group.tickAll(4);
    group.cutOff(1);
    group.tickAll((TIMEOUTS_OF_BUSY - 1) * Group.ELECTION_TICKS);
    assertThat(group.member(2).core().leader()).contains(group.node(1));
    group.tickAll(3 * Group.ELECTION_TICKS);
    assertThat(group.member(2).core().isLeader()).as("but not for ever").isTrue();
  }

  @Test
  void whenItsNodeIsLostItsSilenceIsNotWaitedFor() {
    Group group = Group.of(3);
    group.hear(1, 2, 3);
    group.elect(1);
    group.tickAll(4);
    group.cutOff(1);
    group.hear(2, 3);
    group.member(2).step(new Event.NodeLost(group.node(1).node()));
    group.member(3).step(new Event.NodeLost(group.node(1).node()));
    group.tickAll(Group.ELECTION_TICKS / 4);
    assertThat(group.member(2).core().isLeader()).isTrue();
  }

  @Test
  void whoHasLostItVotesAtOnce() {
    Group group = Group.of(3);
    group.hear(1, 2, 3);
    group.elect(1);
    group.tickAll(4);
    group.member(2).step(new Event.NodeLost(group.node(1).node()));
    group.member(2).takeEffects();
    long lsn = group.member(2).lastLsn();
    group.member(2).step(new Event.Received(group.node(3), new Message.AskPreVote(2, lsn, 1)));
    assertThat(group.member(2).takeEffects())
        .contains(new Effect.Send(group.node(3), new Message.PreVote(2, true)));
  }

  @Test
  void whoseTimerEndsWhileTheOthersHearTheNodeOfTheLeaderIsRefused() {
    Group group = Group.of(3);
    group.hear(1, 2, 3);
    group.elect(1);
    group.tickAll(4);
    group.lose(m -> m.from().equals(group.node(1)));
    group.tickAll(2 * Group.ELECTION_TICKS);
    group.member(3).step(new Event.NodeLost(group.node(1).node()));
    group.lose(m -> m.from().equals(group.node(1)) || m.to().equals(group.node(1)));
    group.tickAll(3 * Group.ELECTION_TICKS);
    assertThat(group.member(3).core().epoch()).isEqualTo(1);
    assertThat(group.member(2).core().leader()).contains(group.node(1));
  }

  @Test
  void aLeaderWaitsLongerForAQuorumWhoseNodesAreHeard() {
    Group group = Group.of(3);
    group.hear(1, 2, 3);
    group.elect(1);
    group.tickAll(4);
    group.cutOff(1);
    for (int i = 0; i < 20 * Group.ELECTION_TICKS; i++) {
      group.member(1).tick(Set.of(group.node(2).node(), group.node(3).node()));
    }
    assertThat(group.member(1).core().isLeader()).isTrue();
    for (int i = 0; i < 5 * Group.ELECTION_TICKS; i++) {
      group.member(1).tick(Set.of());
    }
    assertThat(group.member(1).core().isLeader()).isFalse();
  }

  @Test
  void whereAllNodesAreHeardALeaderSpeaksLessOften() {
    assertThat(heartbeats(true) * 3).isEqualTo(heartbeats(false));
  }

  private static long heartbeats(boolean heard) {
    Group group = Group.of(3);
    if (heard) {
      group.hear(1, 2, 3);
    }
    group.elect(1);
    group.tickAll(6);
    group.member(1).takeEffects();
    group.tickAll(12);
    return group.member(1).takeEffects().stream()
        .filter(
            effect ->
                effect instanceof Effect.Send(var _, Message message)
                    && message instanceof Message.Heartbeat)
        .count();
  }

  @Test
  void aCandidateThatIsNotElectedTriesLaterEachTimeUntilOneMoreNodeIsHeard() {
    Group group = Group.of(3);
    group.cutOff(1, 2, 3);
    List<Integer> pauses = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      pauses.add(ticksToNextTry(group));
    }
    assertThat(pauses.subList(1, 3)).allMatch(ticks -> ticks <= 4 * Group.ELECTION_TICKS);
    assertThat(pauses.subList(7, 12))
        .allMatch(ticks -> ticks >= 6 * Group.ELECTION_TICKS)
        .allMatch(ticks -> ticks <= 12 * Group.ELECTION_TICKS);
    group.hear(2);
    ticksToNextTry(group);
    assertThat(ticksToNextTry(group)).isLessThanOrEqualTo(2 * Group.ELECTION_TICKS);
  }

  private static int ticksToNextTry(Group group) {
    group.member(1).takeEffects();
    int ticks = 0;
    while (group.member(1).takeEffects().stream()
        .noneMatch(
            effect ->
                effect instanceof Effect.Send(var _, Message message)
                    && message instanceof Message.AskPreVote)) {
      ticks++;
      group.tickAll(1);
    }
    return ticks;
  }

  /// Answers take three times as long as a leader waits at first.
  @Test
  void aLeaderSendsAgainAsLateAsAnswersTake() {
    Group group = Group.of(3);
    group.elect(1);
    group.tickAll(2);
    int again = 0;
    for (int i = 0; i < 20; i++) {
      group.member(1).append(1);
      group.member(1).takeEffects();
      for (int tick = 0; tick < 3 * Group.RESEND_TICKS; tick++) {
        group.member(1).tick(Set.of());
      }
      again = (int) group.member(1).takeEffects().stream().filter(BusyNodeTest::isProbe).count();
      group.deliver();
    }
    assertThat(again).as("of the last record").isZero();
    for (int i = 0; i < 3; i++) {
      group.member(1).append(1);
      group.tickAll(1);
    }
    group.cutOff(1);
    group.member(1).append(1);
    group.member(1).takeEffects();
    group.tickAll(Group.RESEND_TICKS + 1);
    assertThat(group.member(1).takeEffects()).as("as ever").anyMatch(BusyNodeTest::isProbe);
  }

  private static boolean isProbe(Effect effect) {
    return effect instanceof Effect.Send(var _, Message message)
        && message instanceof Message.Batches;
  }
}
