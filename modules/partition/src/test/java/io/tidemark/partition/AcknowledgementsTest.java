package io.tidemark.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.log.writer.WriterHealth;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class AcknowledgementsTest {
  @RegisterExtension static final Actors ACTORS = new Actors();

  private final TestProbe<AppendOutcome> caller = ACTORS.probe(AppendOutcome.class);
  private final Admission admission = new Admission(1000);
  private final Acknowledgements acknowledgements = new Acknowledgements();

  private Waiter waiter(long lsn, AckLevel level) {
    admission.admit(16);
    RecordWaiter waiter =
        new RecordWaiter(
            16, level, admission, new WriterHealth(Duration.ofSeconds(1)), caller.getRef());
    waiter.numbered(lsn, 3);
    return waiter;
  }

  private void assertAcknowledged(long lsn, AckLevel level) {
    caller.expectMessage(WriterRig.PATIENCE, new AppendOutcome.Acknowledged(lsn, 3, level));
  }

  @Test
  void eachLevelWaitsForItsOwnWatermark() {
    acknowledgements.add(
        List.of(waiter(5, AckLevel.QUORUM), waiter(6, AckLevel.ALL), waiter(7, AckLevel.QUORUM)));
    acknowledgements.add(List.of(waiter(8, AckLevel.ALL)));
    acknowledgements.committed(4);
    acknowledgements.durableEverywhere(5);
    caller.expectNoMessage(WriterRig.MOMENT);
    acknowledgements.committed(6);
    assertAcknowledged(5, AckLevel.QUORUM);
    acknowledgements.committed(8);
    assertAcknowledged(7, AckLevel.QUORUM);
    caller.expectNoMessage(WriterRig.MOMENT);
    acknowledgements.durableEverywhere(8);
    assertAcknowledged(6, AckLevel.ALL);
    assertAcknowledged(8, AckLevel.ALL);
    assertThat(admission.admittedBytes()).isZero();
  }

  @Test
  void whoComesLateIsAnsweredAtOnce() {
    acknowledgements.committed(6);
    acknowledgements.durableEverywhere(5);
    acknowledgements.add(List.of(waiter(6, AckLevel.QUORUM), waiter(6, AckLevel.ALL)), true);
    assertAcknowledged(6, AckLevel.QUORUM);
    acknowledgements.add(List.of(waiter(5, AckLevel.ALL)), true);
    assertAcknowledged(5, AckLevel.ALL);
    caller.expectNoMessage(WriterRig.MOMENT);
    acknowledgements.unknown("over");
    caller.expectMessage(WriterRig.PATIENCE, new AppendOutcome.Unknown("over"));
    acknowledgements.add(List.of(waiter(5, AckLevel.ALL)), true);
    caller.expectNoMessage(WriterRig.MOMENT);
    acknowledgements.add(List.of(waiter(5, AckLevel.QUORUM)), false);
    caller.expectMessage(WriterRig.PATIENCE, new AppendOutcome.Unknown("leadership ended"));
  }

  @Test
  void theEndOfLeadershipAnswersEveryoneOnce() {
    acknowledgements.add(List.of(waiter(5, AckLevel.QUORUM), waiter(6, AckLevel.ALL)));
    acknowledgements.unknown("over");
    caller.expectMessage(WriterRig.PATIENCE, new AppendOutcome.Unknown("over"));
    caller.expectMessage(WriterRig.PATIENCE, new AppendOutcome.Unknown("over"));
    acknowledgements.committed(9);
    acknowledgements.durableEverywhere(9);
    acknowledgements.unknown("again");
    caller.expectNoMessage(WriterRig.MOMENT);
    assertThat(admission.admittedBytes()).isZero();
  }
}
