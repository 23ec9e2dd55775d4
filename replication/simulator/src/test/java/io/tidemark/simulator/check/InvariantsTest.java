package io.tidemark.simulator.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.foundation.EpochHistory;
import io.tidemark.foundation.ReplicaId;
import io.tidemark.log.Batch;
import io.tidemark.log.RecordData;
import io.tidemark.protocol.Ballot;
import io.tidemark.protocol.Effect;
import io.tidemark.protocol.Event;
import io.tidemark.protocol.Members;
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
        .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17, 19, 20, 21, 22);
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
    ReplicaCore core =
        new ReplicaCore(
            ProtocolConfig.of(A, List.of(A), 1),
            new Ballot(1, Optional.empty()),
            new EpochHistory(),
            0);
    checkers.tell(
        checker -> {
          if (checker instanceof CommittedRecords committed) {
            committed.stepped(A, new Event.Tick(), List.of(new Effect.Commit(lsn)), core);
          }
        });
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
