package io.tidemark.partition;

import static io.tidemark.partition.WriterRig.MOMENT;
import static io.tidemark.partition.WriterRig.assertAcknowledged;
import static io.tidemark.partition.WriterRig.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.log.Batch;
import io.tidemark.log.writer.Refusal;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A writer that runs one round ahead of what is committed.
final class WriterPaceTest {
  @RegisterExtension static final Actors ACTORS = new Actors();

  private final WriterRig rig = new WriterRig(ACTORS, WriterRig.CONFIG, 1);
  private final List<TestProbe<AppendOutcome>> callers = new ArrayList<>();

  /// One record is on its way to a quorum, and three wait behind it.
  private void appendBehindARound() {
    rig.lead(1);
    rig.appends.committed(1);
    callers.add(rig.append(1, AckLevel.QUORUM));
    rig.event(Writer.Appended.class);
    rig.event(Writer.Synced.class);
    for (int i = 0; i < 3; i++) {
      callers.add(rig.append(1, AckLevel.QUORUM));
    }
    rig.owner.expectNoMessage(MOMENT);
    assertThat(rig.log.appendedLsn()).isEqualTo(2);
  }

  @Test
  void whatComesWhileARoundIsOnItsWayIsOneBatchWhenThatIsCommitted() {
    appendBehindARound();
    rig.appends.committed(2);
    assertThat(rig.event(Writer.Appended.class).batch().recordCount()).isEqualTo(3);
    rig.event(Writer.Synced.class);
    assertThat(rig.batches()).extracting(Batch::recordCount).containsExactly(1, 1, 3);
  }

  @Test
  void whoWaitsForThisDiskAloneWaitsForNoQuorum() {
    appendBehindARound();
    assertAcknowledged(rig.append(1, AckLevel.LOCAL), 6, 1, AckLevel.LOCAL);
  }

  @Test
  void whatWaitsWhenTheLeadershipEndsIsSurelyNotThere() {
    appendBehindARound();
    rig.tell(new Writer.StopLeading());
    for (TestProbe<AppendOutcome> caller : callers.subList(1, 4)) {
      assertThat(refusal(caller)).isEqualTo(Refusal.NOT_LEADER);
    }
    rig.event(Writer.Settled.class);
  }

  @Test
  void theNextLeadershipIsNotHeldBackByThatBefore() {
    appendBehindARound();
    rig.tell(new Writer.StopLeading());
    rig.event(Writer.Settled.class);
    rig.lead(2);
    rig.append(1, AckLevel.QUORUM);
    assertThat(rig.event(Writer.Appended.class).batch().recordCount()).isEqualTo(1);
  }
}
