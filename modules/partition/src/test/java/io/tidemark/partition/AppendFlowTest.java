package io.tidemark.partition;

import static io.tidemark.partition.Actors.result;
import static io.tidemark.partition.WriterRig.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tidemark.log.RecordData;
import io.tidemark.log.writer.Appender;
import io.tidemark.simkit.DiskOperation;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Streams into a partition: in order, no more than there is room for, and no word before its time.
final class AppendFlowTest {
  @RegisterExtension static final Actors ACTORS = new Actors();

  private final AtomicInteger taken = new AtomicInteger();
  private final AtomicLong toldLsn = new AtomicLong();
  private final WriterRig rig = new WriterRig(ACTORS);

  private CompletionStage<List<Long>> run(int records, int bytes, int maxOutstanding) {
    return run(
        Source.fromJavaStream(() -> IntStream.range(0, records))
            .map(i -> RecordData.of(300, new byte[bytes]).inStream(i)),
        maxOutstanding);
  }

  /// Looks at each LSN that comes out whether it is in its time.
  private CompletionStage<List<Long>> run(Source<RecordData, NotUsed> records, int maxOutstanding) {
    return records
        .map(
            record -> {
              taken.incrementAndGet();
              return record;
            })
        .via(AppendFlow.create(rig.appends, AckLevel.LOCAL, maxOutstanding))
        .map(
            lsn -> {
              assertThat(rig.log.durableLsn()).as("durable").isGreaterThanOrEqualTo(lsn);
              toldLsn.set(lsn);
              return lsn;
            })
        .runWith(Sink.seq(), ACTORS.system());
  }

  /// One record, which is LSN 2 and told on return, and another when the test gives it.
  private CompletionStage<List<Long>> runOneAndThen(CompletionStage<RecordData> another) {
    RecordData one = RecordData.data(new byte[1]);
    CompletionStage<List<Long>> lsns =
        run(Source.single(one).concat(Source.completionStage(another)), 20);
    await().atMost(PATIENCE).until(() -> toldLsn.get() == 2);
    return lsns;
  }

  private static void assertFailed(
      CompletionStage<List<Long>> lsns, long acknowledgedLsn, String why) {
    assertThatThrownBy(() -> result(lsns))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            AppendFailedException.class,
            failed -> assertThat(failed.acknowledgedLsn()).isEqualTo(acknowledgedLsn))
        .hasMessageContaining(why);
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
    assertFailed(late, 0, "leadership ended");
  }

  @Test
  void whatComesAfterTheEndOfTheLeadershipIsItsFailureToo() {
    rig.lead(1);
    CompletableFuture<RecordData> another = new CompletableFuture<>();
    CompletionStage<List<Long>> lsns = runOneAndThen(another);
    rig.tell(new Writer.StopLeading());
    rig.event(Writer.Appended.class);
    rig.event(Writer.Synced.class);
    rig.event(Writer.Settled.class);
    another.complete(RecordData.data(new byte[1]));
    assertFailed(lsns, 2, "leadership ended");
  }

  @Test
  void whatNobodyKnowsTheEndOfIsItsFailure() {
    rig.lead(1);
    CompletableFuture<RecordData> another = new CompletableFuture<>();
    CompletionStage<List<Long>> lsns = runOneAndThen(another);
    rig.failNext(DiskOperation.SYNC);
    another.complete(RecordData.data(new byte[1]));
    assertFailed(lsns, 2, "fenced");
  }

  @Test
  void whatComesAfterTheEndOfTheLogIsRefusedForThat() {
    rig.lead(1);
    CompletableFuture<RecordData> another = new CompletableFuture<>();
    CompletionStage<List<Long>> lsns = runOneAndThen(another);
    rig.failNext(DiskOperation.SYNC);
    rig.appender().append(RecordData.DATA, new byte[1]);
    await().atMost(PATIENCE).until(() -> rig.appends.appender().isEmpty());
    another.complete(RecordData.data(new byte[1]));
    assertFailed(lsns, 2, "FENCED");
  }

  /// Its source has ended by the time there is room.
  @Test
  void aRecordThatFindsNoRoomWaitsForIt() throws Exception {
    rig.lead(1);
    rig.appendIntoHeldSync();
    Appender others = rig.appender();
    long last = 2;
    for (long lsn = last; lsn > 0; lsn = others.append(RecordData.DATA, new byte[1_000])) {
      last = lsn;
    }
    CompletionStage<List<Long>> lsns = run(Source.single(RecordData.data(new byte[1_000])), 20);
    await().atMost(PATIENCE).until(() -> taken.get() == 1);
    rig.directory.releaseSyncs();
    assertThat(result(lsns)).containsExactly(last + 1);
  }

  @Test
  void aRecordThatIsTooLargeIsNamed() {
    rig.lead(1);
    assertFailed(run(1, 5_000, 1), 0, "5000 bytes");
  }

  @Test
  void withoutALeaderItFailsAtOnce() {
    assertFailed(run(1, 1, 1), 0, "takes no records here: NOT_LEADER");
  }
}
