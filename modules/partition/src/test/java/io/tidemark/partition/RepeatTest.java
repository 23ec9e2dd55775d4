package io.tidemark.partition;

import static io.tidemark.partition.Actors.result;
import static io.tidemark.partition.WriterRig.MOMENT;
import static io.tidemark.partition.WriterRig.PATIENCE;
import static io.tidemark.partition.WriterRig.assertAcknowledged;
import static io.tidemark.partition.WriterRig.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tidemark.log.Log;
import io.tidemark.log.RecordData;
import io.tidemark.log.Stamp;
import io.tidemark.log.writer.Refusal;
import io.tidemark.simkit.GatedDirectory;
import io.tidemark.simkit.SimulatedDisk;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.LongStream;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Who appends a stamped record again waits for what was waited for the first time, no more and no
/// less, and gets its LSN.
final class RepeatTest {
  @RegisterExtension static final Actors ACTORS = new Actors();

  private static RecordData record(long sequence) {
    return RecordData.data(new byte[10]).stamped(new Stamp(7, sequence));
  }

  private static TestProbe<AppendOutcome> append(Appends appends, long sequence, AckLevel level) {
    TestProbe<AppendOutcome> caller = ACTORS.probe(AppendOutcome.class);
    appends.append(record(sequence), level, caller.getRef());
    return caller;
  }

  @Test
  void aRepeatOfWhatIsNotSyncedWaitsForTheSync() {
    WriterRig rig = new WriterRig(ACTORS);
    rig.lead(1);
    rig.appendIntoHeldSync();
    TestProbe<AppendOutcome> first = append(rig.appends, 1, AckLevel.LOCAL);
    TestProbe<AppendOutcome> second = append(rig.appends, 1, AckLevel.LOCAL);
    second.expectNoMessage(MOMENT);
    rig.directory.releaseSyncs();
    assertAcknowledged(first, 3, 1, AckLevel.LOCAL);
    assertAcknowledged(second, 3, 1, AckLevel.LOCAL);
    assertAcknowledged(append(rig.appends, 1, AckLevel.LOCAL), 3, 1, AckLevel.LOCAL);
    assertAcknowledged(append(rig.appends, 1, AckLevel.RECEIVED), 3, 1, AckLevel.RECEIVED);
    rig.assertAllRoomIsBack();
  }

  @Test
  void theOwnerAnswersWhoWaitsForAQuorum() {
    WriterRig rig = new WriterRig(ACTORS);
    rig.lead(1);
    append(rig.appends, 1, AckLevel.QUORUM);
    assertThat(rig.event(Writer.Appended.class).waiters()).hasSize(1);
    rig.event(Writer.Synced.class);
    TestProbe<AppendOutcome> again = append(rig.appends, 1, AckLevel.QUORUM);
    List<Waiter> waiters = rig.event(Writer.Repeated.class).waiters();
    again.expectNoMessage(MOMENT);
    assertThat(waiters).extracting(Waiter::lsn).containsExactly(2L);
    waiters.getFirst().acknowledge();
    assertAcknowledged(again, 2, 1, AckLevel.QUORUM);
  }

  @Test
  void aGapAndAnOldSequenceAreRefusedByName() {
    WriterRig rig = new WriterRig(ACTORS);
    rig.lead(1);
    append(rig.appends, 5, AckLevel.LOCAL);
    assertThat(outcome(append(rig.appends, 7, AckLevel.LOCAL)))
        .isEqualTo(new AppendOutcome.Refused(Refusal.SEQUENCE_GAP, "expected sequence 6"));
    assertThat(WriterRig.refusal(append(rig.appends, 4, AckLevel.LOCAL)))
        .isEqualTo(Refusal.SEQUENCE_TOO_OLD);
    rig.assertAllRoomIsBack();
  }

  /// After a power cut at the first acknowledgement, and again after one without any new record.
  @Test
  void aRestartKnowsWhatWasAppended() {
    SimulatedDisk disk = new SimulatedDisk();
    long lsn = 0;
    for (int start = 1; start <= 3; start++) {
      GatedDirectory directory = new GatedDirectory(disk);
      ActorRef<Partition.Command> partition =
          ACTORS.spawn(
              Partition.create(
                  WriterRig.CONFIG, () -> 1_000, () -> Log.open(directory, WriterRig.LOG)));
      Appends appends = ACTORS.handle(partition).appends();
      for (AckLevel level : AckLevel.values()) {
        AppendOutcome.Acknowledged acknowledged =
            (AppendOutcome.Acknowledged) outcome(append(appends, 1, level));
        lsn = Math.max(lsn, acknowledged.lsn());
        assertThat(acknowledged).isEqualTo(new AppendOutcome.Acknowledged(2, start, level));
      }
      ACTORS.stop(partition);
      disk.crashLosingAllUnsynced();
    }
    assertThat(lsn).isEqualTo(2);
  }

  private static CompletionStage<List<Long>> flow(WriterRig rig, long from, long to) {
    return Source.from(LongStream.rangeClosed(from, to).boxed().toList())
        .map(RepeatTest::record)
        .via(AppendFlow.create(rig.appends, AckLevel.LOCAL, 16))
        .runWith(Sink.seq(), ACTORS.system());
  }

  @Test
  void aStreamThatIsRunAgainGivesTheSameLsns() throws Exception {
    WriterRig rig = new WriterRig(ACTORS);
    rig.lead(1);
    List<Long> lsns = result(flow(rig, 1, 50));
    assertThat(lsns).isEqualTo(LongStream.rangeClosed(2, 51).boxed().toList());
    assertThat(result(flow(rig, 20, 50))).isEqualTo(lsns.subList(19, 50));
    assertThat(result(flow(rig, 40, 60)))
        .isEqualTo(LongStream.rangeClosed(41, 61).boxed().toList());
    assertThatThrownBy(() -> result(flow(rig, 62, 63))).hasMessageContaining("SEQUENCE_GAP: 7/62");
    await().atMost(PATIENCE).until(() -> rig.log.durableLsn() == 61);
  }
}
