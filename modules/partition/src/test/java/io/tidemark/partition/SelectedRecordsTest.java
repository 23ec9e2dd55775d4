package io.tidemark.partition;

import static io.tidemark.partition.Actors.result;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.log.LogCursor;
import io.tidemark.log.LogDamagedException;
import io.tidemark.log.RecordData;
import io.tidemark.log.ResumeToken;
import io.tidemark.log.Selection;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Committed records one by one, as a cursor selects them.
final class SelectedRecordsTest {
  @RegisterExtension static final Actors ACTORS = new Actors();

  private final CommittedLog committed = new CommittedLog();

  private Source<CommittedRecord, NotUsed> records(Supplier<LogCursor> cursor) {
    return Records.committed(cursor, committed.watermarks);
  }

  private List<CommittedRecord> first(Supplier<LogCursor> cursor, int most) throws Exception {
    return result(records(cursor).take(most).runWith(Sink.seq(), ACTORS.system()));
  }

  private List<Long> selected(Supplier<LogCursor> cursor, int most) throws Exception {
    return first(cursor, most).stream().map(CommittedRecord::lsn).toList();
  }

  @Test
  void onlyWhatIsCommittedIsShown() throws Exception {
    committed.append(5);
    committed.commitUpto(3);
    Demand<CommittedRecord> demand = subscribe(() -> committed.log.cursor(1));
    demand.request(10);
    demand.expect(1, 2, 3);
    demand.expectNothing();
    committed.commitUpto(8);
    demand.expect(4, 5, 6, 7, 8);
    demand.expectNothing();
  }

  private Demand<CommittedRecord> subscribe(Supplier<LogCursor> cursor)
      throws InterruptedException {
    return Demand.on(records(cursor), CommittedRecord::lsn, ACTORS.system());
  }

  @Test
  void aRecordIsShownWhole() throws Exception {
    committed.append(
        5_000,
        List.of(
            RecordData.of(300, new byte[] {1, 2, 3}).inStream(-5).asOptional(),
            RecordData.data(new byte[] {4})));
    committed.append(6_000, List.of(RecordData.data(new byte[0])));
    committed.sync();
    committed.commitUpto(3);
    List<CommittedRecord> three = first(() -> committed.log.cursor(1), 3);
    assertThat(three).extracting(CommittedRecord::lsn).containsExactly(1L, 2L, 3L);
    assertThat(three).extracting(CommittedRecord::epoch).containsOnly(1L);
    assertThat(three)
        .extracting(CommittedRecord::timeMicros)
        .containsExactly(5_000L, 5_000L, 6_000L);
    assertThat(three).extracting(CommittedRecord::type).containsExactly(300, 1, 1);
    assertThat(three).extracting(CommittedRecord::optional).containsExactly(true, false, false);
    assertThat(three.getFirst().key()).hasValue(-5);
    assertThat(three.getLast().key()).isEmpty();
    assertThat(three)
        .extracting(CommittedRecord::payload)
        .containsExactly(
            ByteBuffer.wrap(new byte[] {1, 2, 3}),
            ByteBuffer.wrap(new byte[] {4}),
            ByteBuffer.allocate(0))
        .allMatch(ByteBuffer::isReadOnly);
  }

  /// The cursor has gone on to other memory, and back to the same, when the first are looked at.
  @Test
  void aPayloadIsTheSubscribersToKeep() throws Exception {
    int batches = 40;
    for (int i = 0; i < batches; i++) {
      byte[] payload = new byte[50_000];
      Arrays.fill(payload, (byte) i);
      committed.append(1_000, List.of(RecordData.data(payload)));
    }
    committed.sync();
    committed.commitUpto(batches);
    List<CommittedRecord> all = first(() -> committed.log.cursor(1), batches);
    for (int i = 0; i < batches; i++) {
      ByteBuffer payload = all.get(i).payload();
      assertThat(payload.remaining()).isEqualTo(50_000);
      assertThat(payload.get(0)).isEqualTo((byte) i);
      assertThat(payload.get(49_999)).isEqualTo((byte) i);
    }
  }

  @Test
  void whatTheCursorSelectsIsShown() throws Exception {
    for (int batch = 1; batch <= 5; batch++) {
      committed.append(
          1_000L * batch,
          List.of(RecordData.data(new byte[1]).inStream(7), RecordData.of(300, new byte[1])));
    }
    committed.sync();
    committed.commitUpto(10);
    assertThat(selected(() -> committed.log.cursor(1, Selection.ALL.ofStream(7)), 5))
        .containsExactly(1L, 3L, 5L, 7L, 9L);
    assertThat(selected(() -> committed.log.cursor(3, Selection.ALL.ofType(300)), 4))
        .containsExactly(4L, 6L, 8L, 10L);
    assertThat(selected(() -> committed.log.cursor(1, Selection.ALL.between(2_000, 4_000)), 10))
        .as("and ends there")
        .containsExactly(3L, 4L, 5L, 6L);
  }

  @Test
  void whatIsSoundInFrontOfDamageIsShownFirst() throws Exception {
    byte[] marked = "marked payload".getBytes(StandardCharsets.US_ASCII);
    committed.append(3);
    committed.append(1_000, List.of(RecordData.data(marked)));
    committed.sync();
    committed.commitUpto(7);
    committed.damage(marked);
    Demand<CommittedRecord> demand = subscribe(() -> committed.log.cursor(1));
    demand.request(10);
    demand.expect(1, 2, 3, 4, 5, 6);
    assertThat(demand.expectFailure()).isInstanceOf(LogDamagedException.class);
  }

  @Test
  void whatIsBeingMendedIsWaitedFor() throws Exception {
    Demand<CommittedRecord> demand = beforeWhatIsBeingMended();
    demand.request(10);
    demand.expect(1, 2, 3, 4, 5, 6);
    demand.expectNothing();
    mend();
    demand.expect(7);
  }

  /// Who is told that it is mended may not have asked for more just then.
  @Test
  void whoAsksOnlyAfterItWasMendedHasIt() throws Exception {
    Demand<CommittedRecord> demand = beforeWhatIsBeingMended();
    demand.request(6);
    demand.expect(1, 2, 3, 4, 5, 6);
    mend();
    demand.request(1);
    demand.expect(7);
  }

  private Demand<CommittedRecord> beforeWhatIsBeingMended() throws InterruptedException {
    byte[] marked = "marked payload".getBytes(StandardCharsets.US_ASCII);
    committed.log.damage().mendedBy(_ -> true);
    committed.append(3);
    committed.append(1_000, List.of(RecordData.data(marked)));
    committed.sync();
    committed.commitUpto(7);
    committed.damage(marked);
    return subscribe(() -> committed.log.cursor(1));
  }

  /// Its first bit is turned back.
  private void mend() {
    committed.damage("larked payload".getBytes(StandardCharsets.US_ASCII));
    committed.watermarks.mended();
  }

  @Test
  void aSelectionEndsTheSourceWhereItEnds() throws Exception {
    committed.append(50);
    committed.commitUpto(100);
    assertThat(selected(() -> committed.log.cursor(2, Selection.ALL.upto(5)), 100))
        .containsExactly(2L, 3L, 4L, 5L);
    assertThat(selected(() -> committed.log.cursor(98), 3)).containsExactly(98L, 99L, 100L);
  }

  /// One record of a stream among many that nobody wants, some not committed yet.
  @Test
  void whatIsRareIsFoundAndNotBeforeItIsCommitted() throws Exception {
    committed.append(40_000);
    committed.append(1_000, List.of(RecordData.data(new byte[3]).inStream(9)));
    committed.sync();
    committed.commitUpto(80_000);
    Supplier<LogCursor> rare = () -> committed.log.cursor(1, Selection.ALL.ofStream(9));
    CompletionStage<List<CommittedRecord>> found =
        records(rare).take(1).runWith(Sink.seq(), ACTORS.system());
    assertThat(selected(() -> committed.log.cursor(80_000), 1)).containsExactly(80_000L);
    assertThat(found.toCompletableFuture()).isNotDone();
    committed.commitUpto(80_001);
    assertThat(result(found)).extracting(CommittedRecord::lsn).containsExactly(80_001L);
    assertThat(selected(rare, 1)).as("with no rise on the way").containsExactly(80_001L);
  }

  /// In the middle of a batch and at its end.
  @Test
  void aTokenGoesOnBehindItsRecord() throws Exception {
    committed.append(5);
    committed.commitUpto(10);
    for (CommittedRecord record : first(() -> committed.log.cursor(1), 8)) {
      ResumeToken token = ResumeToken.parse(record.token().toString());
      assertThat(selected(() -> committed.log.cursor(token, Selection.ALL), 2))
          .containsExactly(record.lsn() + 1, record.lsn() + 2);
    }
  }
}
