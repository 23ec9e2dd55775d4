package io.tidemark.partition;

import static io.tidemark.partition.WriterRig.PATIENCE;
import static io.tidemark.partition.WriterRig.assertAcknowledged;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.log.RecordData;
import io.tidemark.log.Stamp;
import io.tidemark.log.Tail;
import java.nio.ByteBuffer;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What a writer does to its log as a whole, in turn with appends.
final class WriterUpkeepTest {
  @RegisterExtension static final Actors ACTORS = new Actors();

  private final WriterRig rig = new WriterRig(ACTORS);

  private TestProbe<AppendOutcome> append(long sequence) {
    TestProbe<AppendOutcome> caller = ACTORS.probe(AppendOutcome.class);
    RecordData record = RecordData.data(new byte[1900]).stamped(new Stamp(5, sequence));
    rig.appends.append(record, AckLevel.LOCAL, caller.getRef());
    return caller;
  }

  private <E extends Writer.Event> E next(Class<E> type) {
    return type.cast(
        rig.owner
            .fishForMessage(
                PATIENCE,
                event ->
                    type.isInstance(event)
                        ? FishingOutcomes.complete()
                        : FishingOutcomes.continueAndIgnore())
            .getLast());
  }

  private void fill() {
    rig.tell(new Writer.Lead(1));
    next(Writer.Synced.class);
    for (int i = 0; i < 20; i++) {
      assertAcknowledged(append(i), i + 2L, 1, AckLevel.LOCAL);
    }
  }

  @Test
  void whatIsTrimmedIsAppendedOnceOnly() {
    fill();
    rig.tell(new Writer.Trim(Long.MAX_VALUE));
    Writer.Trimmed trimmed = next(Writer.Trimmed.class);
    assertThat(trimmed.firstLsn()).isGreaterThan(10).isEqualTo(rig.log.firstLsn());
    assertAcknowledged(append(4), 6, 1, AckLevel.LOCAL);
    assertAcknowledged(append(20), 22, 1, AckLevel.LOCAL);
  }

  @Test
  void withoutRoomNothingIsTrimmed() {
    fill();
    rig.fillDisk();
    rig.tell(new Writer.Trim(Long.MAX_VALUE));
    assertThat(next(Writer.Trimmed.class)).isEqualTo(new Writer.Trimmed(1));
    rig.makeRoomOnDisk();
    rig.tell(new Writer.Trim(Long.MAX_VALUE));
    assertThat(next(Writer.Trimmed.class).firstLsn()).isGreaterThan(1);
  }

  /// What was known of the old log's producers is forgotten, and the next leader goes on behind the
  /// new start.
  @Test
  void aLogThatBeginsAnewIsLedFromThere() {
    fill();
    rig.tell(new Writer.StopLeading());
    rig.tell(new Writer.BeginBehind(new Tail(70, 7, 3, 9), ByteBuffer.allocate(0)));
    assertThat(next(Writer.Begun.class)).isEqualTo(new Writer.Begun(70));
    rig.tell(new Writer.Lead(4));
    next(Writer.Synced.class);
    assertAcknowledged(append(4), 72, 4, AckLevel.LOCAL);
    assertThat(rig.log.firstLsn()).isEqualTo(71);
  }
}
