package io.tidemark.simulator.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.foundation.EpochHistory;
import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Batch;
import io.tidemark.log.RecordData;
import io.tidemark.log.Tail;
import io.tidemark.protocol.Ballot;
import io.tidemark.protocol.Effect;
import io.tidemark.protocol.Event;
import io.tidemark.protocol.Members;
import io.tidemark.protocol.Membership;
import io.tidemark.protocol.Message;
import io.tidemark.protocol.ProtocolConfig;
import io.tidemark.protocol.ReplicaCore;
import io.tidemark.simkit.DurableView;
import io.tidemark.simkit.SimulatedDisk;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// What a cluster under planted bugs shows late or never is told to the laws here by hand.
class InvariantsTest {
  private static final ReplicaId A = ReplicaId.parse("a");
  private static final ReplicaId B = ReplicaId.parse("b");
  private static final List<ReplicaId> ALL = List.of(A, B, ReplicaId.parse("c"));
  private static final Batch FIRST = batch(1, 0, RecordData.anchor());

  private final DurableView empty = new SimulatedDisk().durable();
  private final Checkers checkers = new Checkers(ALL, ALL, _ -> empty);

  private static Batch batch(long lsn, int previous, RecordData record) {
    return Batch.encode(lsn, 1, 10, previous, List.of(record));
  }

  private static Batch members(long lsn, int previous, ReplicaId... voters) {
    String text = Members.of(List.of(voters)).text();
    byte[] payload = text.getBytes(StandardCharsets.UTF_8);
    return batch(lsn, previous, RecordData.of(RecordData.MEMBERS, payload));
  }

  private void broken(String law, Consumer<Checker> deed) {
    assertThatThrownBy(() -> checkers.tell(deed))
        .isInstanceOfSatisfying(
            Violation.class, found -> assertThat(found.invariant()).isEqualTo(law));
  }

  private void append(Batch batch) {
    checkers.tell(checker -> checker.appending(A, List.of(batch)));
  }

  @Test
  void theNumbersAreThoseOfTheList() {
    assertThat(checkers.invariants().stream().map(Invariant::number).distinct().sorted())
        .containsExactly(
            1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 22, 24);
    assertThat(checkers.invariants()).extracting(Invariant::name).doesNotHaveDuplicates();
  }

  @Test
  void whoMendsAndVotesIsSeen() {
    checkers.tell(checker -> checker.mending(A));
    broken("12 DamageIsNotTheEnd", checker -> checker.sent(A, B, new Message.Vote(1, true)));
    broken("12 DamageIsNotTheEnd", checker -> checker.ballotSaved(A, Ballot.NONE));
    checkers.tell(checker -> checker.crashed(A));
    checkers.tell(checker -> checker.ballotSaved(A, Ballot.NONE));
  }

  @Test
  void aGapIsSeen() {
    append(FIRST);
    Batch third = batch(3, FIRST.checksum(), RecordData.anchor());
    broken("6 LsnsDense", checker -> checker.appending(A, List.of(third)));
  }

  @Test
  void aBrokenChainIsSeen() {
    append(FIRST);
    Batch second = batch(2, FIRST.checksum() + 1, RecordData.anchor());
    broken("6 LsnsDense", checker -> checker.appending(A, List.of(second)));
  }

  @Test
  void twoVotersAtOnceAreSeen() {
    append(FIRST);
    commit(1);
    Batch two = members(2, FIRST.checksum(), A);
    broken("19 OneChangeAtATime", checker -> checker.appending(A, List.of(two)));
  }

  @Test
  void aChangeBeforeTheOneBeforeIsCommittedIsSeen() {
    append(FIRST);
    commit(1);
    Batch one = members(2, FIRST.checksum(), A, B);
    append(one);
    Batch two = members(3, one.checksum(), A);
    broken("19 OneChangeAtATime", checker -> checker.appending(A, List.of(two)));
  }

  @Test
  void aChangeBeforeARecordOfItsEpochIsCommittedIsSeen() {
    append(FIRST);
    Batch one = members(2, FIRST.checksum(), A, B);
    broken("19 OneChangeAtATime", checker -> checker.appending(A, List.of(one)));
  }

  private void commit(long lsn) {
    ReplicaCore core = core();
    checkers.tell(
        checker -> {
          if (checker instanceof CommittedRecords committed) {
            committed.stepped(A, new Event.Tick(), List.of(new Effect.Commit(lsn)), core);
          }
        });
  }

  private static ReplicaCore core() {
    return new ReplicaCore(
        ProtocolConfig.of(A, List.of(A), 1),
        new Ballot(1, Optional.empty()),
        new EpochHistory(),
        0);
  }

  private static Message.Offer offer(long lsn, ReplicaId... members) {
    return new Message.Offer(1, lsn, 1, new Membership(0, 0, Members.of(List.of(members))));
  }

  @Test
  void aTrimOfWhatIsNotCommittedIsSeen() {
    append(FIRST);
    append(batch(2, FIRST.checksum(), RecordData.anchor()));
    commit(1);
    TrimsWhatIsCommitted law = law(TrimsWhatIsCommitted.class);
    law.trimmed(A, 2);
    assertThatThrownBy(() -> law.trimmed(A, 3)).isInstanceOf(Violation.class);
  }

  @Test
  void aTrimOfWhatNobodySawIsSeen() {
    NothingMissed law = new NothingMissed(new Mirrors(ALL), new CommittedRecords(new Mirrors(ALL)));
    law.applied(A, FIRST);
    law.trimmed(A, 2);
    assertThatThrownBy(() -> law.trimmed(A, 3)).isInstanceOf(Violation.class);
    assertThatThrownBy(() -> law.restored(A, 7, 0)).isInstanceOf(Violation.class);
  }

  @Test
  void anOfferOfWhatIsNotThereIsSeen() {
    append(FIRST);
    Tail tail = Tail.EMPTY.after(FIRST);
    OffersWhatIsCommitted law = law(OffersWhatIsCommitted.class);
    ReplicaId[] all = ALL.toArray(new ReplicaId[0]);
    assertThatThrownBy(() -> law.offered(A, offer(1, all), tail, 0)).isInstanceOf(Violation.class);
    commit(1);
    law.offered(A, offer(1, all), tail, 0);
    assertThatThrownBy(() -> law.offered(A, offer(1, A), tail, 0)).isInstanceOf(Violation.class);
    Tail other = new Tail(1, tail.checksum() + 1, 1, tail.timeMicros());
    assertThatThrownBy(() -> law.offered(A, offer(1, all), other, 0)).isInstanceOf(Violation.class);
    broken("17 ReplayIsIdentical", checker -> checker.offered(A, offer(1, all), tail, 4711));
  }

  @Test
  void whoDropsItsLogUnaskedOrSpeaksTooSoonIsSeen() {
    append(FIRST);
    commit(1);
    Tail tail = Tail.EMPTY.after(FIRST);
    BeginsAsOffered law = law(BeginsAsOffered.class);
    assertThatThrownBy(() -> law.beginning(B, tail)).isInstanceOf(Violation.class);
    Members members = Members.of(ALL);
    List<Effect> begin = List.of(new Effect.BeginBehind(1, new Membership(0, 0, members)));
    assertThatThrownBy(() -> law.stepped(B, new Event.Tick(), begin, core()))
        .isInstanceOf(Violation.class);
    ReplicaCore follower = core();
    Event.Received word = new Event.Received(B, offer(1, ALL.toArray(new ReplicaId[0])));
    law.stepped(B, word, follower.step(word), follower);
    assertThatThrownBy(() -> law.sent(B, A, new Message.Progress(1, 1, 1, 0)))
        .isInstanceOf(Violation.class);
    law.beginning(B, tail);
    law.began(B, tail);
    law.sent(B, A, new Message.Progress(1, 1, 1, 0));
  }

  @Test
  void whoDropsWhatItHasForAnOfferIsSeen() {
    append(FIRST);
    commit(1);
    BeginsAsOffered law = law(BeginsAsOffered.class);
    ReplicaCore follower = core();
    Event.Received word = new Event.Received(B, offer(1, ALL.toArray(new ReplicaId[0])));
    List<Effect> effects = follower.step(word);
    assertThatThrownBy(() -> law.stepped(A, word, effects, follower)).isInstanceOf(Violation.class);
    checkers.tell(checker -> checker.crashed(A));
    law.stepped(A, word, effects, follower);
    Tail tail = Tail.EMPTY.after(FIRST);
    assertThatThrownBy(() -> law.beginning(A, tail)).isInstanceOf(Violation.class);
  }

  private <T> T law(Class<T> kind) {
    return kind.cast(
        checkers.invariants().stream().filter(kind::isInstance).findFirst().orElseThrow());
  }

  @Test
  void aSyncThatSavedNothingIsSeen() {
    append(FIRST);
    broken("9 ForcedIsOnDisk", checker -> checker.synced(A, 1));
  }

  @Test
  void whoSpeaksAfterAFailedSyncIsSeen() {
    checkers.tell(checker -> checker.syncFailed(A));
    broken("11 SilentAfterFailedSync", checker -> checker.ballotSaved(A, Ballot.NONE));
    checkers.tell(checker -> checker.opening(A));
    checkers.tell(checker -> checker.ballotSaved(A, Ballot.NONE));
  }

  @Test
  void aVoteThatIsForgottenIsSeen() {
    checkers.tell(checker -> checker.ballotSaved(A, new Ballot(3, Optional.of(B))));
    Ballot without = new Ballot(3, Optional.empty());
    broken("8 PromisesStay", checker -> checker.ballotSaved(A, without));
  }

  @Test
  void aCutThatNobodyAskedForIsSeen() {
    append(FIRST);
    broken("13 CommittedStays", checker -> checker.truncating(A, 0));
  }

  @Test
  void otherBytesThanWereWrittenAreSeen() {
    append(FIRST);
    Batch other = batch(1, 0, RecordData.data(new byte[8]));
    broken("14 ServedIsSound", checker -> checker.served(A, List.of(other)));
  }

  @Test
  void aSecondAnswerIsSeen() {
    checkers.tell(checker -> checker.asked(1));
    checkers.tell(checker -> checker.refused(1));
    broken("4 OneAnswer", checker -> checker.unknown(1));
  }

  @Test
  void aLongQueueIsSeen() {
    broken("21 QueuesAreBounded", checker -> checker.queued(A, 10_000, 0));
    broken("21 QueuesAreBounded", checker -> checker.queued(A, 0, 10_000));
  }

  @Test
  void aFileThatStaysOpenIsSeen() {
    broken("22 NothingLeaks", checker -> checker.closed(A, 1));
  }

  @Test
  void whatNobodyAskedForIsSeen() {
    NothingInvented law = new NothingInvented();
    law.asked(1);
    law.applied(A, batch(1, 0, Operations.record(1, 20)));
    Batch invented = batch(2, 0, Operations.record(2, 20));
    assertThatThrownBy(() -> law.applied(A, invented)).isInstanceOf(Violation.class);
    Batch spoilt = batch(3, 0, RecordData.data(new byte[] {0, 0, 0, 0, 0, 0, 0, 1, 0}));
    assertThatThrownBy(() -> law.applied(A, spoilt)).isInstanceOf(Violation.class);
  }

  @Test
  void aReadPastTheCommitIsSeen() {
    ReadsAdvance law = new ReadsAdvance(new CommittedRecords(new Mirrors(ALL)));
    assertThatThrownBy(() -> law.readReady(A, 1, 1)).isInstanceOf(Violation.class);
  }
}
