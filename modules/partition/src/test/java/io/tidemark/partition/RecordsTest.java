package io.tidemark.partition;

import static io.tidemark.partition.Actors.result;
import static io.tidemark.partition.WriterRig.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tidemark.log.Batch;
import io.tidemark.log.BelowFirstLsnException;
import io.tidemark.log.Log;
import io.tidemark.log.RecordData;
import io.tidemark.log.writer.WriterConfig;
import io.tidemark.simkit.GatedDirectory;
import io.tidemark.simkit.SimulatedDisk;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.stream.javadsl.Sink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class RecordsTest {
  private static final int RECORDS = 10_000;
  private static final Duration LONG = Duration.ofSeconds(20);
  @RegisterExtension static final Actors ACTORS = new Actors();

  private final CommittedLog committed = new CommittedLog();

  /// The numbers of `count` records from the one after the anchor on, as written in the payloads.
  private static CompletionStage<List<Long>> numbers(
      Partition.Handle handle, long from, int count) {
    return Records.committedFrom(handle.log(), handle.watermarks(), from)
        .mapConcat(Batch::records)
        .filter(record -> record.type() == RecordData.DATA)
        .map(record -> record.payload().getLong(record.payload().position()))
        .take(count)
        .runWith(Sink.seq(), ACTORS.system());
  }

  /// One subscriber starts before the first record and one in the middle of the writing.
  @Test
  void historyAndTailHaveNoGapAndNoRepeatWhileAWriterAppends() throws Exception {
    var partition =
        ACTORS.spawn(
            Partition.create(
                WriterConfig.of(WriterConfig.Limits.of(4096, 64, 1 << 24)),
                () -> 1_000,
                () -> Log.open(new GatedDirectory(new SimulatedDisk()), CommittedLog.CONFIG)));
    Partition.Handle handle = ACTORS.handle(partition);
    CompletionStage<List<Long>> early = numbers(handle, 1, RECORDS);
    CompletionStage<List<Long>> late = early;
    TestProbe<AppendOutcome> caller = ACTORS.probe(AppendOutcome.class);
    for (int i = 1; i <= RECORDS; i++) {
      if (i == RECORDS / 2) {
        await().atMost(LONG).until(() -> handle.watermarks().committed() > 1000);
        late = numbers(handle, 500, RECORDS - 1000);
      }
      byte[] payload = ByteBuffer.allocate(8 + i % 50).putLong(i).array();
      handle.appends().append(RecordData.DATA, payload, AckLevel.QUORUM, caller.getRef());
    }
    assertThat(result(early)).isEqualTo(LongStream.rangeClosed(1, RECORDS).boxed().toList());
    List<Long> tail = result(late);
    long first = tail.getFirst();
    assertThat(first).as("from the batch that holds record 500").isBetween(436L, 499L);
    assertThat(tail).isEqualTo(LongStream.range(first, first + RECORDS - 1000).boxed().toList());
    for (int i = 1; i <= RECORDS; i++) {
      assertThat(caller.receiveMessage(PATIENCE))
          .isEqualTo(new AppendOutcome.Acknowledged(i + 1, 1, AckLevel.QUORUM));
    }
    ACTORS.stop(partition);
  }

  @Test
  void onlyWhatIsCommittedIsSeen() throws Exception {
    committed.append(5);
    committed.commitUpto(4);
    Demand<Batch> demand = subscribe(1);
    demand.request(10);
    demand.expect(1, 3);
    demand.expectNothing();
    committed.commitUpto(8);
    demand.expect(5, 7);
    demand.expectNothing();
  }

  @Test
  void whoSleepsAtTheTailOfAReplicaThatIsGoneIsTold() throws Exception {
    committed.append(1);
    committed.commitUpto(2);
    CompletionStage<List<Batch>> reader =
        Records.committedFrom(committed.log, committed.watermarks, 1)
            .runWith(Sink.seq(), ACTORS.system());
    committed.watermarks.end();
    assertThatThrownBy(() -> result(reader))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("the replica is gone");
  }

  @Test
  void whatNobodyAskedForIsNotRead() throws Exception {
    committed.append(5);
    committed.commitUpto(10);
    int before = committed.directory.reads();
    Demand<Batch> demand = subscribe(1);
    demand.expectNothing();
    assertThat(committed.directory.reads()).isEqualTo(before);
    demand.request(2);
    demand.expect(1, 3);
    int two = committed.directory.reads();
    committed.append(1);
    committed.commitUpto(12);
    demand.expectNothing();
    assertThat(committed.directory.reads()).as("a rise is not demand").isEqualTo(two);
    demand.request(9);
    demand.expect(5, 7, 9, 11);
  }

  @Test
  void twoSubscribersSeeTheSame() throws Exception {
    committed.append(2);
    committed.commitUpto(4);
    Demand<Batch> one = subscribe(1);
    Demand<Batch> two = subscribe(3);
    one.request(9);
    two.request(9);
    one.expect(1, 3);
    two.expect(3);
    committed.append(1);
    committed.commitUpto(6);
    one.expect(5);
    two.expect(5);
  }

  @Test
  void cancellingEndsTheWatch() throws Exception {
    committed.append(1);
    Demand<Batch> demand = subscribe(1);
    demand.request(1);
    await().atMost(PATIENCE).until(() -> committed.watermarks.watchers() == 1);
    demand.cancel();
    await().atMost(PATIENCE).until(() -> committed.watermarks.watchers() == 0);
    committed.commitUpto(2);
    demand.expectNothing();
  }

  @Test
  void belowTheFirstRecordIsAFailureThatNamesIt() {
    committed.append(1);
    committed.commitUpto(2);
    assertThatThrownBy(
            () ->
                Records.committedFrom(committed.log, committed.watermarks, 0)
                    .runWith(Sink.head(), ACTORS.system())
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            BelowFirstLsnException.class, failure -> assertThat(failure.firstLsn()).isEqualTo(1));
    await().atMost(PATIENCE).until(() -> committed.watermarks.watchers() == 0);
  }

  private Demand<Batch> subscribe(long fromLsn) throws InterruptedException {
    return Demand.on(
        Records.committedFrom(committed.log, committed.watermarks, fromLsn),
        Batch::baseLsn,
        ACTORS.system());
  }
}
