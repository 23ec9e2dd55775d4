package io.tidemark.partition;

import static io.tidemark.partition.WriterRig.MOMENT;
import static io.tidemark.partition.WriterRig.assertAcknowledged;
import static io.tidemark.partition.WriterRig.outcome;
import static io.tidemark.partition.WriterRig.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.tidemark.log.Batch;
import io.tidemark.log.LogFencedException;
import io.tidemark.log.writer.Appender;
import io.tidemark.log.writer.Refusal;
import io.tidemark.log.writer.WriterConfig;
import io.tidemark.log.writer.WriterHealth.State;
import io.tidemark.simkit.DiskOperation;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The writer on a disk that fails or is full.
final class WriterFailureTest {
  @RegisterExtension static final Actors ACTORS = new Actors();

  private WriterRig rig = new WriterRig(ACTORS);

  @BeforeEach
  void lead() {
    rig.lead(1);
  }

  @Test
  void theFirstFailedSyncIsTheLast() {
    TestProbe<AppendOutcome> waiting = rig.appendIntoHeldSync();
    rig.failNext(DiskOperation.SYNC);
    TestProbe<AppendOutcome> behind = rig.append(1, AckLevel.RECEIVED);
    rig.directory.releaseSyncs();
    assertThat(outcome(waiting)).isInstanceOf(AppendOutcome.Unknown.class);
    assertThat(refusal(behind)).isEqualTo(Refusal.FENCED);
    assertThat(rig.event(Writer.Failed.class).cause()).isInstanceOf(LogFencedException.class);
    int syncs = rig.directory.syncs();
    for (AckLevel level : AckLevel.values()) {
      assertThat(refusal(rig.append(1, level))).isEqualTo(Refusal.FENCED);
    }
    rig.tell(new Writer.StopLeading());
    rig.tell(new Writer.TruncateAfter(1));
    rig.tell(new Writer.Lead(9));
    assertThat(refusal(rig.append(1, AckLevel.LOCAL))).isEqualTo(Refusal.FENCED);
    rig.owner.expectNoMessage(MOMENT);
    assertThat(rig.directory.syncs()).as("no sync is tried again").isEqualTo(syncs);
    assertThat(rig.log.durableLsn()).isEqualTo(1);
    rig.assertAllRoomIsBack();
  }

  @Test
  void aFailedWriteLeavesItsRecordsUnknownAndTheNextFenced() {
    rig.failNext(DiskOperation.WRITE);
    assertThat(outcome(rig.append(1, AckLevel.QUORUM))).isInstanceOf(AppendOutcome.Unknown.class);
    assertThat(refusal(rig.append(1, AckLevel.QUORUM))).isEqualTo(Refusal.FENCED);
    rig.event(Writer.Failed.class);
    rig.owner.expectNoMessage(MOMENT);
    rig.assertAllRoomIsBack();
  }

  @Test
  void aFullDiskRefusesWholeBatchesAndBurnsNoNumber() {
    assertAcknowledged(rig.append(2000, AckLevel.LOCAL), 2, 1, AckLevel.LOCAL);
    rig.fillDisk();
    for (AckLevel level : AckLevel.values()) {
      assertThat(refusal(rig.append(2000, level))).isEqualTo(Refusal.FULL);
    }
    assertThat(rig.log.appendedLsn()).isEqualTo(2);
    assertThat(rig.appends.health().condition().state()).isEqualTo(State.READ_ONLY);
    rig.makeRoomOnDisk();
    rig.awaitState(State.HEALTHY);
    assertAcknowledged(rig.append(2000, AckLevel.LOCAL), 3, 1, AckLevel.LOCAL);
    assertThat(rig.batches()).extracting(Batch::lastLsn).containsExactly(1L, 2L, 3L);
    rig.assertAllRoomIsBack();
  }

  /// The roll syncs what is there, then finds no room: the sync counts for those before the batch
  /// that is refused, though the writer has nothing left to sync afterwards.
  @Test
  void aBatchBeforeTheOneThatFindsNoRoomIsAcknowledged() {
    rig.fillDisk();
    TestProbe<AppendOutcome> first = rig.appendIntoHeldSync();
    TestProbe<AppendOutcome> fits = rig.append(2000, AckLevel.LOCAL);
    TestProbe<AppendOutcome> needsRoll = rig.append(2000, AckLevel.LOCAL);
    rig.directory.releaseSyncs();
    assertAcknowledged(first, 2, 1, AckLevel.LOCAL);
    assertThat(rig.event(Writer.Synced.class).lsn()).isEqualTo(2);
    rig.event(Writer.Appended.class);
    assertThat(refusal(needsRoll)).isEqualTo(Refusal.FULL);
    rig.event(Writer.ReadOnly.class);
    assertAcknowledged(fits, 3, 1, AckLevel.LOCAL);
    assertThat(rig.event(Writer.Synced.class).lsn()).isEqualTo(3);
    rig.assertAllRoomIsBack();
  }

  @Test
  void aWriterThatStopsClosesItsLog() {
    ACTORS.stop(rig.writer);
    assertThat(catchThrowable(() -> rig.log.sync())).hasMessageContaining("closed");
  }

  /// No exception ever comes of it: only a clock can tell.
  @Test
  void aDiskThatIsStuckIsAStateOfItsOwn() {
    TestProbe<AppendOutcome> first = rig.appendIntoHeldSync();
    rig.awaitState(State.STALLED);
    assertThat(rig.appends.health().condition().reason()).contains("at one command");
    rig.directory.releaseSyncs();
    assertAcknowledged(first, 2, 1, AckLevel.LOCAL);
    rig.awaitState(State.HEALTHY);
  }

  /// A producer that claims a record and dies stops nobody for long.
  @Test
  void whoWaitsBehindAForgottenClaimIsRefusedAndTheNextIsNot() {
    WriterConfig.Delays delays = WriterRig.CONFIG.delays();
    rig =
        new WriterRig(
            ACTORS,
            WriterRig.CONFIG.withDelays(
                new WriterConfig.Delays(
                    delays.note(), delays.fullRetry(), WriterRig.MOMENT, delays.stalled())));
    rig.lead(1);
    Appender dead = rig.appender();
    assertThat(dead.claim(300, 10)).isEqualTo(2);
    assertThat(refusal(rig.append(1, AckLevel.LOCAL))).isEqualTo(Refusal.BUSY);
    assertAcknowledged(rig.append(1, AckLevel.LOCAL), 2, 1, AckLevel.LOCAL);
    dead.commit();
    assertThat(dead.isRefused(2)).isTrue();
    assertThat(rig.appends.health().claimsLost()).isEqualTo(1);
    rig.assertAllRoomIsBack();
  }
}
