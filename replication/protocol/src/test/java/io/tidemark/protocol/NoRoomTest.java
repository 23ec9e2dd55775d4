package io.tidemark.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// A follower whose disk is full drops what it is sent, says how far it is, and counts for no more.
class NoRoomTest {
  private static final int LONG = 12 * Group.RESEND_TICKS;

  /// Number 1 leads; number 3 has room for 10 records.
  private static Group full() {
    Group group = Group.of(3);
    group.elect(1);
    group.deliver();
    group.member(3).fillUpTo(10);
    return group;
  }

  @Test
  void theOthersGoOnAndWhatItLacksIsNotCountedThere() {
    Group group = full();
    group.member(1).append(30);
    group.tickAll(4);
    assertThat(group.member(1).core().committed()).isEqualTo(31);
    assertThat(group.member(3).lastLsn()).isEqualTo(10);
    assertThat(group.member(3).core().committed()).isEqualTo(10);
    group.cutOff(2);
    group.member(1).append(1);
    group.tickAll(4);
    assertThat(group.member(1).core().committed()).isEqualTo(31);
  }

  @Test
  void itIsSentTheRestWhenThereIsRoomAgain() {
    Group group = full();
    group.member(1).append(30);
    group.tickAll(LONG);
    group.member(3).fillUpTo(1000);
    group.tickAll(LONG);
    assertThat(group.member(3).lastLsn()).isEqualTo(31);
    assertThat(group.member(3).core().committed()).isEqualTo(31);
  }

  @Test
  void itIsSentNothingNewBeforeWhatItLacks() {
    Group group = full();
    group.member(1).append(30);
    group.deliver();
    group.member(3).takeEffects();
    group.member(1).append(30);
    group.deliver();
    assertThat(group.member(3).takeEffects())
        .noneMatch(e -> e instanceof Effect.AppendReceived received && received.fromLsn() != 11);
  }

  @Test
  void itIsNotElectedForWhatItLacks() {
    Group group = full();
    group.member(1).append(30);
    group.deliver();
    group.cutOff(1);
    group.member(3).fillUpTo(1000);
    group.tickAll(LONG);
    assertThat(group.member(2).core().isLeader()).isTrue();
    assertThat(group.member(3).lastLsn()).isEqualTo(32);
    assertThat(group.member(3).core().committed()).isEqualTo(32);
  }

  /// It stood before it knew: its disk was slow to say.
  @Test
  void whoWasElectedForWhatItLacksLeavesOffice() {
    Group group = full();
    group.member(3).stopDisk();
    group.member(1).append(30);
    group.cutOff(2);
    group.deliver();
    Member third = group.member(3);
    for (int i = 0; i < LONG && third.core().role() != Role.Kind.PRE_CANDIDATE; i++) {
      third.tick();
    }
    assertThat(third.core().role()).isEqualTo(Role.Kind.PRE_CANDIDATE);
    third.continueDisk();
    assertThat(third.core().role()).isEqualTo(Role.Kind.FOLLOWER);
    third.fillUpTo(1000);
    group.lose(_ -> false);
    group.tickAll(LONG);
    assertThat(group.member(1).core().committed()).isEqualTo(31);
    assertThat(third.core().committed()).isEqualTo(31);
  }

  @Test
  void whoStandsForWhatItLacksIsNotElected() {
    Group group = full();
    Member third = group.member(3);
    group.cutOff(2);
    third.stopDisk();
    group.member(1).append(30);
    group.deliver();
    group.cutOff(1);
    for (int i = 0; i < LONG && third.core().role() != Role.Kind.CANDIDATE; i++) {
      group.member(2).tick();
      third.tick();
      group.deliver();
    }
    assertThat(third.core().role()).isEqualTo(Role.Kind.CANDIDATE);
    third.takeEffects();
    third.continueDisk();
    assertThat(third.core().role()).isEqualTo(Role.Kind.FOLLOWER);
    assertThat(third.takeEffects()).noneMatch(effect -> effect instanceof Effect.Lead);
  }

  @Test
  void whoLeadsAndHearsThatItLacksRecordsLeavesOffice() {
    Group group = Group.of(3);
    group.elect(1);
    group.member(1).append(9);
    group.deliver();
    Member leader = group.member(1);
    leader.stopDisk();
    leader.append(5);
    leader.takeEffects();
    leader.loses(10);
    assertThat(leader.core().isLeader()).isFalse();
    assertThat(leader.takeEffects()).contains(new Effect.StopLeading());
    leader.continueDisk();
    group.tickAll(LONG);
    long last = leader.lastLsn();
    for (int i = 1; i <= 3; i++) {
      assertThat(group.member(i).lastLsn()).isEqualTo(last);
      assertThat(group.member(i).core().committed()).isEqualTo(last);
    }
  }
}
