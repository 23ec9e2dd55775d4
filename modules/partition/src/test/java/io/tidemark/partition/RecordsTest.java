package io.tidemark.partition;

import static io.tidemark.partition.Actors.result;
import static io.tidemark.partition.WriterRig.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tidemark.log.Batch;
import io.tidemark.log.BelowFirstLsnException;
import io.tidemark.log.Log;
import io.tidemark.log.LogConfig;
import io.tidemark.log.LogCursor;
import io.tidemark.log.RecordData;
import io.tidemark.log.ResumeToken;
import io.tidemark.log.Selection;
import io.tidemark.log.writer.WriterConfig;
import io.tidemark.simkit.GatedDirectory;
import io.tidemark.simkit.SimulatedDisk;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.stream.javadsl.AsPublisher;
import org.apache.pekko.stream.javadsl.Sink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

final class RecordsTest {
  private static final int RECORDS = 10_000;
  private static final LogConfig LOG = LogConfig.defaults(7, 0).withSizes(1 << 19, 1 << 16);
  private static final Duration LONG = Duration.ofSeconds(20);
  @RegisterExtension static final Actors ACTORS = new Actors();

  private final GatedDirectory directory = new GatedDirectory(new SimulatedDisk());
  private final Watermarks watermarks = new Watermarks();

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
                () -> Log.open(directory, LOG)));
    TestProbe<Partition.Handle> probe = ACTORS.probe(Partition.Handle.class);
    partition.tell(new Partition.GetHandle(probe.getRef()));
    Partition.Handle handle = probe.receiveMessage(PATIENCE);
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

  private Log logOf(int batches) {
    Log log = Log.open(directory, LOG);
    append(log, batches);
    return log;
  }

  private void append(Log log, int batches) {
    List<RecordData> two = Collections.nCopies(2, RecordData.data(new byte[10]));
    for (int i = 0; i < batches; i++) {
      append(log, two);
    }
    log.sync();
    watermarks.log(1, log.appendedLsn(), log.durableLsn());
  }

  private static void append(Log log, List<RecordData> batch) {
    log.append(Batch.encode(log.appendedLsn() + 1, 1, 1_000, log.lastChecksum(), batch));
  }

  @Test
  void onlyWhatIsCommittedIsSeen() throws Exception {
    Log log = logOf(5);
    watermarks.committed(4);
    Demand demand = subscribe(log, 1);
    demand.request(10);
    demand.expect(1, 3);
    demand.expectNothing();
    watermarks.committed(8);
    demand.expect(5, 7);
    demand.expectNothing();
  }

  @Test
  void whatNobodyAskedForIsNotRead() throws Exception {
    Log log = logOf(5);
    watermarks.committed(10);
    int before = directory.reads();
    Demand demand = subscribe(log, 1);
    demand.expectNothing();
    assertThat(directory.reads()).isEqualTo(before);
    demand.request(2);
    demand.expect(1, 3);
    int two = directory.reads();
    append(log, 1);
    watermarks.committed(12);
    demand.expectNothing();
    assertThat(directory.reads()).as("a rise is not demand").isEqualTo(two);
    demand.request(9);
    demand.expect(5, 7, 9, 11);
  }

  @Test
  void twoSubscribersSeeTheSame() throws Exception {
    Log log = logOf(2);
    watermarks.committed(4);
    Demand one = subscribe(log, 1);
    Demand two = subscribe(log, 3);
    one.request(9);
    two.request(9);
    one.expect(1, 3);
    two.expect(3);
    append(log, 1);
    watermarks.committed(6);
    one.expect(5);
    two.expect(5);
  }

  @Test
  void cancellingEndsTheWatch() throws Exception {
    Log log = logOf(1);
    Demand demand = subscribe(log, 1);
    demand.request(1);
    await().atMost(PATIENCE).until(() -> watermarks.watchers() == 1);
    demand.cancel();
    await().atMost(PATIENCE).until(() -> watermarks.watchers() == 0);
    watermarks.committed(2);
    demand.expectNothing();
  }

  @Test
  void belowTheFirstRecordIsAFailureThatNamesIt() {
    Log log = logOf(1);
    watermarks.committed(2);
    assertThatThrownBy(
            () ->
                Records.committedFrom(log, watermarks, 0)
                    .runWith(Sink.head(), ACTORS.system())
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            BelowFirstLsnException.class, failure -> assertThat(failure.firstLsn()).isEqualTo(1));
    await().atMost(PATIENCE).until(() -> watermarks.watchers() == 0);
  }

  private List<Long> selected(Supplier<LogCursor> cursor, int most) throws Exception {
    return result(
        Records.committed(cursor, watermarks)
            .map(CommittedRecord::lsn)
            .take(most)
            .runWith(Sink.seq(), ACTORS.system()));
  }

  @Test
  void aSelectionEndsTheSourceWhereItEnds() throws Exception {
    Log log = logOf(50);
    watermarks.committed(100);
    assertThat(selected(() -> log.cursor(2, Selection.ALL.upto(5)), 100))
        .containsExactly(2L, 3L, 4L, 5L);
    assertThat(selected(() -> log.cursor(98), 3)).containsExactly(98L, 99L, 100L);
  }

  /// One record of a stream among many that nobody wants, some not committed yet.
  @Test
  void whatIsRareIsFoundAndNotBeforeItIsCommitted() throws Exception {
    Log log = logOf(40_000);
    append(log, List.of(RecordData.data(new byte[3]).inStream(9)));
    log.sync();
    watermarks.log(1, log.appendedLsn(), log.durableLsn());
    watermarks.committed(80_000);
    CompletionStage<CommittedRecord> found =
        Records.committed(() -> log.cursor(1, Selection.ALL.ofStream(9)), watermarks)
            .runWith(Sink.head(), ACTORS.system());
    assertThat(selected(() -> log.cursor(80_000), 1)).containsExactly(80_000L);
    assertThat(found.toCompletableFuture()).isNotDone();
    watermarks.committed(80_001);
    CommittedRecord record = result(found);
    assertThat(record.lsn()).isEqualTo(80_001);
    assertThat(record.key()).hasValue(9);
    assertThat(record.payload().remaining()).isEqualTo(3);
  }

  /// In the middle of a batch, too.
  @Test
  void aTokenGoesOnBehindItsRecord() throws Exception {
    Log log = logOf(5);
    watermarks.committed(10);
    CommittedRecord third =
        result(
            Records.committed(() -> log.cursor(3), watermarks)
                .runWith(Sink.head(), ACTORS.system()));
    ResumeToken token = ResumeToken.parse(third.token().toString());
    assertThat(selected(() -> log.cursor(token, Selection.ALL), 3)).containsExactly(4L, 5L, 6L);
  }

  private Demand subscribe(Log log, long fromLsn) throws InterruptedException {
    Demand demand = new Demand();
    Records.committedFrom(log, watermarks, fromLsn)
        .runWith(Sink.asPublisher(AsPublisher.WITHOUT_FANOUT), ACTORS.system())
        .subscribe(demand);
    demand.subscribed();
    return demand;
  }

  /// A subscriber that asks for exactly as much as the test says.
  private static final class Demand implements Subscriber<Batch> {
    private final BlockingQueue<Subscription> subscriptions = new LinkedBlockingQueue<>();
    private final BlockingQueue<Batch> batches = new LinkedBlockingQueue<>();
    private Subscription subscription;

    void subscribed() throws InterruptedException {
      subscription = subscriptions.poll(10, TimeUnit.SECONDS);
    }

    void request(int count) {
      subscription.request(count);
    }

    void cancel() {
      subscription.cancel();
    }

    void expect(long... baseLsns) throws InterruptedException {
      List<Long> found = new ArrayList<>();
      for (int i = 0; i < baseLsns.length; i++) {
        Batch batch = batches.poll(10, TimeUnit.SECONDS);
        assertThat(batch).as("batch after %s", found).isNotNull();
        found.add(batch.baseLsn());
      }
      assertThat(found).isEqualTo(LongStream.of(baseLsns).boxed().toList());
    }

    void expectNothing() throws InterruptedException {
      assertThat(batches.poll(100, TimeUnit.MILLISECONDS)).isNull();
    }

    @Override
    public void onSubscribe(Subscription subscription) {
      subscriptions.add(subscription);
    }

    @Override
    public void onNext(Batch batch) {
      batches.add(batch);
    }

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onComplete() {}
  }
}
