package io.tidemark.partition;

import static io.tidemark.partition.WriterRig.MOMENT;
import static io.tidemark.partition.WriterRig.assertAcknowledged;
import static io.tidemark.partition.WriterRig.outcome;
import static io.tidemark.partition.WriterRig.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.log.Batch;
import io.tidemark.log.RecordData;
import io.tidemark.log.writer.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The writer while the disk is well: batches, levels, refusals, leading and following.
final class WriterTest {
  @RegisterExtension static final Actors ACTORS = new Actors();

  private final WriterRig rig = new WriterRig(ACTORS);

  @Test
  void whatArrivesDuringASyncIsTheNextBatch() {
    rig.lead(1);
    TestProbe<AppendOutcome> first = rig.appendIntoHeldSync();
    List<TestProbe<AppendOutcome>> callers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      callers.add(rig.append(10 + i, AckLevel.LOCAL));
    }
    int syncs = rig.directory.syncs();
    rig.directory.releaseSyncs();
    assertAcknowledged(first, 2, 1, AckLevel.LOCAL);
    for (int i = 0; i < 8; i++) {
      assertAcknowledged(callers.get(i), 3 + i, 1, AckLevel.LOCAL);
    }
    assertThat(rig.batches()).extracting(Batch::recordCount).containsExactly(1, 1, 8);
    assertThat(rig.batches().getLast().records())
        .extracting(record -> record.payload().remaining())
        .as("the record under each LSN is the one its caller gave")
        .containsExactly(10, 11, 12, 13, 14, 15, 16, 17);
    assertThat(rig.directory.syncs()).as("one sync for all").isEqualTo(syncs + 1);
    rig.assertAllRoomIsBack();
  }

  @Test
  void aBatchEndsAtItsRecordsAndAtItsBytes() {
    rig.lead(1);
    rig.appendIntoHeldSync();
    TestProbe<AppendOutcome> last = null;
    for (int bytes : new int[] {1, 1, 1, 1, 1, 1, 1, 1, 1, 1000, 1000, 2040}) {
      last = rig.append(bytes, AckLevel.LOCAL);
    }
    rig.directory.releaseSyncs();
    assertAcknowledged(last, 14, 1, AckLevel.LOCAL);
    assertThat(rig.batches()).extracting(Batch::recordCount).containsExactly(1, 1, 8, 3, 1);
  }

  @Test
  void receivedIsAcknowledgedBeforeTheSyncAndLocalAfterIt() {
    rig.lead(1);
    TestProbe<AppendOutcome> local = rig.appendIntoHeldSync();
    local.expectNoMessage(MOMENT);
    rig.directory.releaseSyncs();
    assertAcknowledged(local, 2, 1, AckLevel.LOCAL);
    rig.event(Writer.Synced.class);
    rig.directory.holdSyncs();
    assertAcknowledged(rig.append(1, AckLevel.RECEIVED), 3, 1, AckLevel.RECEIVED);
    assertThat(rig.log.durableLsn()).isEqualTo(2);
    TestProbe<AppendOutcome> later = rig.append(1, AckLevel.LOCAL);
    later.expectNoMessage(MOMENT);
    rig.directory.releaseSyncs();
    assertAcknowledged(later, 4, 1, AckLevel.LOCAL);
  }

  /// The sync under way when a record is appended says nothing of that record.
  @Test
  void localWaitsForTheSyncOfThatVeryRecord() {
    rig.lead(1);
    TestProbe<AppendOutcome> first = rig.appendIntoHeldSync();
    TestProbe<AppendOutcome> second = rig.append(1, AckLevel.LOCAL);
    rig.directory.releaseSyncs();
    assertAcknowledged(first, 2, 1, AckLevel.LOCAL);
    assertAcknowledged(second, 3, 1, AckLevel.LOCAL);
    assertThat(rig.log.durableLsn()).isEqualTo(3);
    assertThat(rig.event(Writer.Synced.class).lsn()).isEqualTo(2);
    assertThat(rig.event(Writer.Appended.class).batch().baseLsn()).isEqualTo(3);
    assertThat(rig.event(Writer.Synced.class).lsn()).isEqualTo(3);
  }

  @Test
  void quorumAndAllAreLeftToTheOwner() {
    rig.lead(4);
    TestProbe<AppendOutcome> quorum = rig.append(3, AckLevel.QUORUM);
    Waiter waiter = rig.event(Writer.Appended.class).waiters().getFirst();
    rig.event(Writer.Synced.class);
    quorum.expectNoMessage(MOMENT);
    assertThat(rig.appends.admission().admittedBytes()).isEqualTo(16);
    assertThat(waiter.lsn()).isEqualTo(2);
    waiter.acknowledge();
    assertAcknowledged(quorum, 2, 4, AckLevel.QUORUM);
    TestProbe<AppendOutcome> all = rig.append(3, AckLevel.ALL);
    rig.event(Writer.Appended.class).waiters().getFirst().unknown("why");
    assertThat(outcome(all)).isEqualTo(new AppendOutcome.Unknown("why"));
    rig.assertAllRoomIsBack();
  }

  @Test
  void whoDoesNotLeadRefuses() {
    assertThat(refusal(rig.append(1, AckLevel.LOCAL))).isEqualTo(Refusal.NOT_LEADER);
    rig.assertAllRoomIsBack();
    assertThat(rig.log.appendedLsn()).isZero();
  }

  @Test
  void aRecordLargerThanABatchIsRefusedAndOneThatFillsItIsNot() {
    rig.lead(1);
    assertThat(refusal(rig.append(2041, AckLevel.LOCAL))).isEqualTo(Refusal.TOO_LARGE);
    assertAcknowledged(rig.append(2040, AckLevel.LOCAL), 2, 1, AckLevel.LOCAL);
    rig.assertAllRoomIsBack();
  }

  @Test
  void tooMuchWaitingIsBusy() {
    rig.lead(1);
    TestProbe<AppendOutcome> first = rig.appendIntoHeldSync();
    List<TestProbe<AppendOutcome>> fitting = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      fitting.add(rig.append(2000, AckLevel.LOCAL));
    }
    assertThat(refusal(rig.append(2200, AckLevel.LOCAL))).isEqualTo(Refusal.BUSY);
    rig.directory.releaseSyncs();
    assertAcknowledged(first, 2, 1, AckLevel.LOCAL);
    for (int i = 0; i < 3; i++) {
      assertAcknowledged(fitting.get(i), 3 + i, 1, AckLevel.LOCAL);
    }
    rig.assertAllRoomIsBack();
    assertAcknowledged(rig.append(2000, AckLevel.LOCAL), 6, 1, AckLevel.LOCAL);
  }

  /// One caller's mistake must not stop the partition for all others.
  @Test
  void aTypeThatNoRecordMayHaveIsTheCallersMistake() {
    rig.lead(1);
    TestProbe<AppendOutcome> caller = ACTORS.probe(AppendOutcome.class);
    for (int type : new int[] {0, RecordData.ANCHOR, 255, 0x10000}) {
      assertThatThrownBy(
              () -> rig.appends.append(type, new byte[1], AckLevel.LOCAL, caller.getRef()))
          .isInstanceOf(IllegalArgumentException.class);
    }
    List<RecordData> group = List.of(RecordData.data(new byte[1]), RecordData.anchor());
    assertThatThrownBy(() -> rig.appends.appendAll(group, AckLevel.LOCAL, caller.getRef()))
        .isInstanceOf(IllegalArgumentException.class);
    rig.assertAllRoomIsBack();
    assertAcknowledged(rig.append(1, AckLevel.LOCAL), 2, 1, AckLevel.LOCAL);
  }

  @Test
  void whoStopsLeadingRefusesWhatIsPendingAndSettles() {
    rig.lead(1);
    TestProbe<AppendOutcome> first = rig.appendIntoHeldSync();
    rig.tell(new Writer.StopLeading());
    TestProbe<AppendOutcome> late = rig.append(1, AckLevel.QUORUM);
    rig.directory.releaseSyncs();
    assertAcknowledged(first, 2, 1, AckLevel.LOCAL);
    assertThat(refusal(late)).isEqualTo(Refusal.NOT_LEADER);
    rig.event(Writer.Synced.class);
    assertThat(rig.event(Writer.Settled.class)).isEqualTo(new Writer.Settled(2, 2));
    rig.assertAllRoomIsBack();
  }

  /// The writer was woken for the append before it was told to stop.
  @Test
  void whatWasAcceptedBeforeTheOrderToStopIsWritten() {
    rig.lead(1);
    TestProbe<AppendOutcome> first = rig.appendIntoHeldSync();
    TestProbe<AppendOutcome> pending = rig.append(1, AckLevel.LOCAL);
    rig.tell(new Writer.StopLeading());
    rig.directory.releaseSyncs();
    assertAcknowledged(first, 2, 1, AckLevel.LOCAL);
    assertAcknowledged(pending, 3, 1, AckLevel.LOCAL);
    rig.event(Writer.Synced.class);
    rig.event(Writer.Appended.class);
    rig.event(Writer.Synced.class);
    assertThat(rig.event(Writer.Settled.class)).isEqualTo(new Writer.Settled(3, 3));
  }

  @Test
  void aLapsedLeaseAcknowledgesNothingThatIsThisReplicasAlone() {
    rig.lead(1);
    TestProbe<AppendOutcome> local = rig.appendIntoHeldSync();
    TestProbe<AppendOutcome> received = rig.append(1, AckLevel.RECEIVED);
    rig.lease.set(false);
    rig.directory.releaseSyncs();
    assertThat(outcome(local)).isInstanceOf(AppendOutcome.Unknown.class);
    assertThat(outcome(received)).isInstanceOf(AppendOutcome.Unknown.class);
    assertThat(refusal(rig.append(1, AckLevel.LOCAL))).isEqualTo(Refusal.NOT_LEADER);
    rig.lease.set(true);
    assertAcknowledged(rig.append(1, AckLevel.LOCAL), 4, 1, AckLevel.LOCAL);
    rig.assertAllRoomIsBack();
  }

  @Test
  void receivedBatchesAreWrittenVerbatimOnceAndSyncedTogether() {
    Batch one = batch(1, 0, "a", "b");
    Batch two = batch(3, one.checksum(), "c");
    Batch three = batch(4, two.checksum(), "d", "e");
    rig.directory.holdSyncs();
    rig.tell(new Writer.AppendReceived(List.of(one)));
    rig.tell(new Writer.AppendReceived(List.of(one, two)));
    rig.tell(new Writer.AppendReceived(List.of(two, three)));
    rig.tell(new Writer.AppendReceived(List.of(one)));
    rig.directory.releaseSyncs();
    long synced = 0;
    while (synced < 5) {
      synced = rig.event(Writer.Synced.class).lsn();
    }
    assertThat(rig.batches()).containsExactly(one, two, three);
    int syncs = rig.directory.syncs();
    Batch four = batch(6, three.checksum(), "f");
    Batch five = batch(7, four.checksum(), "g");
    rig.tell(new Writer.AppendReceived(List.of(four, five)));
    assertThat(rig.event(Writer.Synced.class).lsn()).isEqualTo(7);
    assertThat(rig.directory.syncs()).isEqualTo(syncs + 1);
  }

  @Test
  void truncationSettlesWhereItWasAsked() {
    rig.lead(1);
    assertAcknowledged(rig.append(1, AckLevel.LOCAL), 2, 1, AckLevel.LOCAL);
    assertAcknowledged(rig.append(1, AckLevel.LOCAL), 3, 1, AckLevel.LOCAL);
    rig.tell(new Writer.StopLeading());
    rig.tell(new Writer.TruncateAfter(2));
    rig.owner.fishForMessage(
        WriterRig.PATIENCE,
        event ->
            event.equals(new Writer.Settled(3, 3))
                ? FishingOutcomes.complete()
                : FishingOutcomes.continueAndIgnore());
    assertThat(rig.event(Writer.Settled.class)).isEqualTo(new Writer.Settled(2, 2));
    rig.lead(2);
    assertAcknowledged(rig.append(1, AckLevel.LOCAL), 4, 2, AckLevel.LOCAL);
    assertThat(rig.batches()).extracting(Batch::epoch).containsExactly(1L, 1L, 2L, 2L);
  }

  private static Batch batch(long baseLsn, int previousChecksum, String... payloads) {
    List<RecordData> records = new ArrayList<>();
    for (String payload : payloads) {
      records.add(RecordData.data(payload.getBytes(StandardCharsets.US_ASCII)));
    }
    return Batch.encode(baseLsn, 1, 1_000, previousChecksum, records);
  }

  /// Half of an atomic group must never be there, not even at the border of a batch.
  @Test
  void aGroupIsInOneBatchAndHasOneOutcome() {
    rig.lead(1);
    rig.appendIntoHeldSync();
    for (int i = 0; i < 5; i++) {
      rig.append(10, AckLevel.LOCAL);
    }
    List<RecordData> records =
        IntStream.range(0, 4).mapToObj(i -> RecordData.of(300 + i, new byte[20])).toList();
    TestProbe<AppendOutcome> group = rig.appendAll(records, AckLevel.LOCAL);
    TestProbe<AppendOutcome> last = rig.append(10, AckLevel.LOCAL);
    assertThat(rig.appends.admission().admittedBytes())
        .as("each record counts as much as it does alone")
        .isEqualTo(7 * 24 + 4 * 32);
    rig.directory.releaseSyncs();
    assertAcknowledged(group, 11, 1, AckLevel.LOCAL);
    group.expectNoMessage(MOMENT);
    assertAcknowledged(last, 12, 1, AckLevel.LOCAL);
    assertThat(rig.batches())
        .as("three of the four would have fitted into the first")
        .extracting(Batch::recordCount)
        .containsExactly(1, 1, 5, 5);
    rig.assertAllRoomIsBack();
  }

  @Test
  void aGroupThatNoBatchHoldsIsRefused() {
    rig.lead(1);
    List<RecordData> many = Collections.nCopies(9, RecordData.data(new byte[1]));
    assertThat(refusal(rig.appendAll(many, AckLevel.LOCAL))).isEqualTo(Refusal.TOO_LARGE);
    rig.assertAllRoomIsBack();
  }
}
