package io.tidemark.partition;

import static io.tidemark.partition.Actors.result;
import static io.tidemark.partition.WriterRig.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tidemark.log.RecordData;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Streams into a partition: in order, no more than there is room for, and no word before its time.
final class AppendFlowTest {
  @RegisterExtension static final Actors ACTORS = new Actors();

  private final AtomicInteger taken = new AtomicInteger();
  private final WriterRig rig = new WriterRig(ACTORS);

  private CompletionStage<List<Long>> run(int records, int bytes, int maxOutstanding) {
    return Source.fromJavaStream(() -> IntStream.range(0, records))
        .map(
            i -> {
              taken.incrementAndGet();
              return RecordData.of(300, new byte[bytes]).inStream(i);
            })
        .via(AppendFlow.create(rig.appends, AckLevel.LOCAL, maxOutstanding))
        .runWith(Sink.seq(), ACTORS.system());
  }

  @Test
  void eachRecordComesOutWithItsLsn() throws Exception {
    rig.lead(1);
    assertThat(result(run(3_000, 100, 64)))
        .isEqualTo(LongStream.rangeClosed(2, 3_001).boxed().toList());
    assertThat(rig.log.durableLsn()).isEqualTo(3_001);
  }

  /// What is outstanding is bounded while the disk takes its time, by number and by the ring.
  @Test
  void aDiskThatWaitsHoldsUpTheSource() throws Exception {
    rig.lead(1);
    rig.appendIntoHeldSync();
    CompletionStage<List<Long>> few = run(1_000, 10, 20);
    await().atMost(PATIENCE).until(() -> taken.get() >= 20);
    assertThat(taken.get()).isLessThanOrEqualTo(21);
    CompletionStage<List<Long>> large = run(100, 1_500, 1_000);
    rig.directory.releaseSyncs();
    assertThat(result(few)).hasSize(1_000).isSorted();
    assertThat(result(large)).hasSize(100).isSorted();
  }

  @Test
  void theEndOfTheLeadershipIsItsFailure() throws Exception {
    rig.lead(1);
    rig.appendIntoHeldSync();
    rig.tell(new Writer.StopLeading());
    CompletionStage<List<Long>> late = run(10, 10, 20);
    await().atMost(PATIENCE).until(() -> taken.get() == 10);
    rig.directory.releaseSyncs();
    assertThatThrownBy(() -> result(late))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(AppendFailedException.class)
        .hasMessageContaining("leadership ended");
  }

  @Test
  void aRecordThatIsTooLargeIsNamed() {
    rig.lead(1);
    assertThatThrownBy(() -> result(run(1, 5_000, 1)))
        .cause()
        .isInstanceOf(AppendFailedException.class)
        .hasMessageContaining("5000 bytes");
  }

  @Test
  void withoutALeaderItFailsAtOnce() {
    assertThatThrownBy(() -> result(run(1, 1, 1)))
        .cause()
        .isInstanceOf(AppendFailedException.class)
        .hasMessageContaining("takes no records");
  }
}
