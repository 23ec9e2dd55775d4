package io.tidemark.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.foundation.CheckFailure;
import io.tidemark.foundation.ReplicaId;
import io.tidemark.protocol.Message.Run;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Records that all are done with are deleted, and who still lacked them begins behind them.
class TrimmingTest {
  private static final int LONG = 12 * Group.RESEND_TICKS;

  /// Three replicas with 100 committed records, of which the leader, number 1, has the last 40;
  /// number 3 saw the first 11 and is cut off.
  private static Group trimmed() {
    Group group = Group.of(3);
    group.elect(1);
    group.member(1).append(10);
    group.tickAll(4);
    group.cutOff(3);
    group.member(1).append(89);
    group.deliver();
    group.member(1).trim(61);
    return group;
  }

  private static void assertAllThere(Group group, long firstLsn, int member) {
    Member leader = group.member(1);
    Member one = group.member(member);
    assertThat(one.firstLsn()).isEqualTo(firstLsn);
    assertThat(one.lastLsn()).isEqualTo(leader.lastLsn());
    assertThat(one.core().committed()).isEqualTo(leader.core().committed());
    assertThat(one.history().epochAt(one.lastLsn())).isEqualTo(leader.core().epoch());
  }

  @Test
  void whoLacksWhatWasTrimmedBeginsBehindIt() {
    Group group = trimmed();
    group.lose(_ -> false);
    group.tickAll(LONG);
    assertAllThere(group, 61, 3);
    assertThat(group.member(1).core().committed()).isEqualTo(100);
  }

  @Test
  void whoHasJustWhatWasTrimmedNeedBeginNowhere() {
    Group group = Group.of(3);
    group.elect(1);
    group.member(1).append(10);
    group.tickAll(4);
    group.cutOff(3);
    group.member(1).append(20);
    group.deliver();
    group.member(1).trim(12);
    group.lose(_ -> false);
    group.tickAll(LONG);
    assertAllThere(group, 1, 3);
  }

  @Test
  void itCountsAgainWhenItHasBegun() {
    Group group = trimmed();
    group.lose(_ -> false);
    group.tickAll(LONG);
    group.cutOff(2);
    group.member(1).append(5);
    group.tickAll(4);
    assertThat(group.member(1).core().committed()).isEqualTo(105);
  }

  @Test
  void anOfferIsMadeAgainWhenItWasLostAndNotMoreOftenThanQuestionsAre() {
    Group group = trimmed();
    group.lose(m -> m.message() instanceof Message.Offer);
    group.member(1).takeEffects();
    group.tickAll(4 * Group.RESEND_TICKS);
    long offers =
        group.member(1).takeEffects().stream()
            .filter(effect -> effect instanceof Effect.SendOffer)
            .count();
    assertThat(offers).isBetween(2L, 5L);
    group.lose(_ -> false);
    group.tickAll(LONG);
    assertAllThere(group, 61, 3);
  }

  @Test
  void aTailThatNobodyWantedGoesWithTheRest() {
    Group group = Group.of(3);
    group.member(1).hasLog(new Run(1, 1, 10), new Run(3, 11, 60));
    group.member(2).hasLog(new Run(1, 1, 10), new Run(3, 11, 60));
    group.member(3).hasLog(new Run(1, 1, 10), new Run(2, 11, 90));
    group.cutOff(3);
    group.elect(1);
    group.member(1).append(5);
    group.deliver();
    group.member(1).trim(51);
    group.lose(_ -> false);
    group.tickAll(LONG);
    assertAllThere(group, 51, 3);
  }

  @Test
  void anOfferIsTakenAtOnce() {
    Group group = Group.of(3);
    Member third = group.member(3);
    ReplicaId leader = group.node(1);
    third.step(
        new Event.Received(
            leader, new Message.Offer(4, 60, 2, new Membership(0, 0, third.core().members()))));
    assertThat(third.core().committed()).isEqualTo(60);
    assertThat(third.core().durable()).isEqualTo(60);
    third.takeEffects();
    Message.Batches next =
        new Message.Batches(4, 60, 2, List.of(new Run(4, 61, 70)), 65, List.of());
    third.step(new Event.Received(leader, next));
    assertThat(third.takeEffects()).contains(new Effect.AppendReceived(61), new Effect.Commit(65));
  }

  @Test
  void whoHasBegunIsSentTheRestWithoutAHeartbeatOrAnotherOffer() {
    Group group = trimmed();
    AtomicInteger offers = new AtomicInteger();
    group.lose(
        m ->
            (m.message() instanceof Message.Heartbeat && m.to().equals(group.node(3)))
                || (m.message() instanceof Message.Offer && offers.getAndIncrement() > 0));
    group.tickAll(LONG);
    assertAllThere(group, 61, 3);
  }

  @Test
  void whoHasTheRecordNeedNotBeginBehindIt() {
    Group group = Group.of(3);
    group.member(3).hasLog(new Run(1, 1, 10), new Run(2, 11, 90));
    Member third = group.member(3);
    third.takeEffects();
    Membership members = new Membership(0, 0, third.core().members());
    third.step(new Event.Received(group.node(1), new Message.Offer(4, 80, 2, members)));
    assertThat(third.takeEffects())
        .noneMatch(effect -> effect instanceof Effect.BeginBehind)
        .contains(
            new Effect.Commit(80),
            new Effect.Send(group.node(1), new Message.Progress(4, 80, 80, 0)));
  }

  @Test
  void whoIsSlowIsNotSentWhatWasTrimmedMeanwhile() {
    Group group = Group.of(3, 1);
    group.elect(1);
    group.deliver();
    group.member(1).limitFrame(5);
    group.member(3).stopDisk();
    group.member(1).append(50);
    group.deliver();
    group.member(1).trim(41);
    group.member(1).takeEffects();
    group.member(3).continueDisk();
    group.tickAll(LONG);
    assertThat(group.member(1).takeEffects())
        .noneMatch(e -> e instanceof Effect.SendBatches batches && batches.fromLsn() < 41)
        .anyMatch(e -> e instanceof Effect.SendOffer);
    assertAllThere(group, 41, 3);
  }

  /// Found by the simulator, seed 15384: it took the old log's end for that of the new one.
  @Test
  void whatThereWasNoRoomForInTheOldLogIsNoNewsWhenItHasBegunAnew() {
    Group group = Group.of(3);
    group.elect(1);
    Member third = group.member(3);
    Membership members = new Membership(0, 0, third.core().members());
    third.step(new Event.Received(group.node(1), new Message.Offer(1, 60, 1, members)));
    third.step(new Event.NotReceived(30));
    assertThat(third.core().durable()).isEqualTo(60);
    assertThat(third.core().committed()).isEqualTo(60);
  }

  @Test
  void anOfferThatComesAgainLaterChangesNothing() {
    Group group = trimmed();
    group.lose(_ -> false);
    group.tickAll(LONG);
    ReplicaId leader = group.node(1);
    Member third = group.member(3);
    Membership members = new Membership(0, 0, third.core().members());
    third.takeEffects();
    third.step(new Event.Received(leader, new Message.Offer(1, 60, 1, members)));
    third.step(new Event.Received(leader, new Message.Offer(1, 100, 1, members)));
    assertThat(third.takeEffects())
        .noneMatch(effect -> effect instanceof Effect.BeginBehind)
        .anyMatch(
            effect ->
                effect instanceof Effect.Send(ReplicaId _, Message message)
                    && message instanceof Message.Progress);
    assertAllThere(group, 61, 3);
  }

  @Test
  void anOfferOfALowerEpochIsFenced() {
    Group group = trimmed();
    Member second = group.member(2);
    second.takeEffects();
    Membership members = new Membership(0, 0, second.core().members());
    second.step(new Event.Received(group.node(3), new Message.Offer(0, 500, 0, members)));
    assertThat(second.takeEffects())
        .containsExactly(new Effect.Send(group.node(3), new Message.Fenced(second.core().epoch())));
  }

  @Test
  void whoStartsWithATrimmedLogKnowsThatThatWasCommittedAndTakesPart() {
    Group group = trimmed();
    group.lose(_ -> false);
    group.tickAll(LONG);
    group.member(3).restart();
    assertThat(group.member(3).core().committed()).isEqualTo(60);
    group.cutOff(1);
    group.tickAll(LONG);
    assertThat(group.member(3).core().committed()).isEqualTo(101);
    group.lose(_ -> false);
    group.tickAll(LONG);
    assertThat(group.member(1).core().committed()).isEqualTo(101);
  }

  @Test
  void whoTrimmedMoreThanItsLeaderHadWhatItIsAskedForAndTakesTheRest() {
    Group group = Group.of(3);
    for (int i = 1; i <= 3; i++) {
      group.member(i).hasLog(new Run(1, 1, 50), new Run(2, 51, 99));
    }
    group.elect(1);
    group.tickAll(4);
    Member second = group.member(2);
    second.trim(91);
    ReplicaId leader = group.node(1);
    second.takeEffects();
    Message.Batches old =
        new Message.Batches(
            3, 40, 1, List.of(new Run(1, 41, 50), new Run(2, 51, 99)), 100, List.of());
    second.step(new Event.Received(leader, old));
    assertThat(second.takeEffects())
        .noneMatch(effect -> effect instanceof Effect.TruncateAfter)
        .anyMatch(
            effect ->
                effect instanceof Effect.Send(ReplicaId _, Message message)
                    && message instanceof Message.Progress progress
                    && progress.received() == 100);
    assertThat(second.lastLsn()).isEqualTo(100);
  }

  @Test
  void theMembersThereAreThoseOfTheOffer() {
    Group group = Group.withSpares(3, 1);
    group.elect(1);
    group.deliver();
    group.cutOff(3);
    group.member(1).step(new Event.ChangeRequested(new MemberChange.AddLearner(group.node(4))));
    group.tickAll(4);
    group.member(1).append(50);
    group.tickAll(4);
    group.member(1).trim(40);
    group.lose(_ -> false);
    group.tickAll(LONG);
    assertAllThere(group, 40, 3);
    assertThat(group.member(3).core().members()).isEqualTo(group.member(1).core().members());
    assertThat(group.member(3).core().membersLsn()).isEqualTo(2);
  }

  /// It holds records of a time of whose members it was never told.
  @Test
  void whoCameLaterOffersNobodyAsMembers() {
    Group group = Group.withSpares(3, 2);
    group.elect(1);
    group.member(1).append(50);
    group.tickAll(4);
    group.member(1).step(new Event.ChangeRequested(learnerNamed(group.node(4))));
    group.tickAll(LONG);
    group.member(1).step(new Event.ChangeRequested(new MemberChange.Promote(group.node(4))));
    group.tickAll(LONG);
    group.member(1).step(new Event.HandOverRequested(Optional.of(group.node(4))));
    group.tickAll(LONG);
    Member leader = group.member(4);
    assertThat(leader.core().isLeader()).isTrue();
    leader.trim(20);
    leader.step(new Event.ChangeRequested(learnerNamed(group.node(5))));
    leader.takeEffects();
    group.tickAll(LONG);
    assertThat(leader.takeEffects())
        .filteredOn(effect -> effect instanceof Effect.SendOffer)
        .isNotEmpty()
        .allMatch(
            effect ->
                effect instanceof Effect.SendOffer offer
                    && offer.members().stream().noneMatch(one -> one.members().all().isEmpty()));
    leader.trim(leader.core().committed() + 1);
    group.tickAll(LONG);
    assertThat(group.member(5).core().members()).isEqualTo(leader.core().members());
    assertThat(group.member(5).core().committed()).isEqualTo(leader.core().committed());
  }

  @Test
  void whoIsNewIsToldWhereToBegin() {
    Group group = Group.withSpares(3, 1);
    group.elect(1);
    group.member(1).append(50);
    group.tickAll(4);
    group.member(1).trim(40);
    group.member(1).step(new Event.ChangeRequested(new MemberChange.AddLearner(group.node(4))));
    group.tickAll(LONG);
    assertAllThere(group, 40, 4);
  }

  @Test
  void whoLacksWhatIsBuiltFromTheLogIsNotPromoted() {
    Group group = Group.withSpares(3, 1);
    group.elect(1);
    group.member(1).append(50);
    group.tickAll(4);
    group.member(1).trim(40);
    group.member(4).step(new Event.ReadinessChanged(false));
    group.member(1).step(new Event.ChangeRequested(new MemberChange.AddLearner(group.node(4))));
    group.tickAll(LONG);
    assertAllThere(group, 40, 4);
    group.member(1).step(new Event.ChangeRequested(new MemberChange.Promote(group.node(4))));
    assertThat(group.member(1).lastRefusal()).contains("what is built from them");
    group.member(4).step(new Event.ReadinessChanged(true));
    group.deliver();
    group.member(1).step(new Event.ChangeRequested(new MemberChange.Promote(group.node(4))));
    group.tickAll(4);
    assertThat(group.member(1).core().members().isVoter(group.node(4))).isTrue();
  }

  @Test
  void whatIsNotCommittedIsNotTrimmed() {
    Group group = Group.of(3);
    group.elect(1);
    group.lose(_ -> true);
    group.member(1).append(10);
    long committed = group.member(1).core().committed();
    assertThatThrownBy(() -> group.member(1).step(new Event.Trimmed(committed + 2)))
        .isInstanceOf(CheckFailure.class);
  }

  @Test
  void aLearnerOfWhichTheLeaderKnowsNothingSaysSo() {
    Group group = Group.withSpares(3, 1);
    Member learner = group.member(4);
    Members members = group.member(1).core().members().after(learnerNamed(group.node(4)));
    ReplicaId lost = group.node(1);
    learner.step(
        new Event.Received(
            lost,
            new Message.Batches(
                1, 0, 0, List.of(new Run(1, 1, 1)), 0, List.of(new Membership(1, 1, members)))));
    assertThat(learner.core().isUnknown()).isFalse();
    for (int i = 0; i < Group.ELECTION_TICKS; i++) {
      learner.tick();
    }
    assertThat(learner.core().isUnknown()).isTrue();
    assertThat(group.member(1).core().isUnknown()).isFalse();
    assertThat(learner.core().leader()).isEqualTo(Optional.of(lost));
  }

  private static MemberChange learnerNamed(ReplicaId node) {
    return new MemberChange.AddLearner(node);
  }
}
