package io.tidemark.partition;

import static io.tidemark.partition.Actors.result;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.log.LogCursor;
import io.tidemark.log.RecordData;
import io.tidemark.log.ResumeToken;
import io.tidemark.log.Selection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.stream.javadsl.Sink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Committed records one by one, as a cursor selects them.
final class SelectedRecordsTest {
  @RegisterExtension static final Actors ACTORS = new Actors();

  private final CommittedLog committed = new CommittedLog();

  private List<Long> selected(Supplier<LogCursor> cursor, int most) throws Exception {
    return result(
        Records.committed(cursor, committed.watermarks)
            .map(CommittedRecord::lsn)
            .take(most)
            .runWith(Sink.seq(), ACTORS.system()));
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
    CompletionStage<CommittedRecord> found =
        Records.committed(
                () -> committed.log.cursor(1, Selection.ALL.ofStream(9)), committed.watermarks)
            .runWith(Sink.head(), ACTORS.system());
    assertThat(selected(() -> committed.log.cursor(80_000), 1)).containsExactly(80_000L);
    assertThat(found.toCompletableFuture()).isNotDone();
    committed.commitUpto(80_001);
    CommittedRecord record = result(found);
    assertThat(record.lsn()).isEqualTo(80_001);
    assertThat(record.key()).hasValue(9);
    assertThat(record.payload().remaining()).isEqualTo(3);
  }

  /// In the middle of a batch, too.
  @Test
  void aTokenGoesOnBehindItsRecord() throws Exception {
    committed.append(5);
    committed.commitUpto(10);
    CommittedRecord third =
        result(
            Records.committed(() -> committed.log.cursor(3), committed.watermarks)
                .runWith(Sink.head(), ACTORS.system()));
    ResumeToken token = ResumeToken.parse(third.token().toString());
    assertThat(selected(() -> committed.log.cursor(token, Selection.ALL), 3))
        .containsExactly(4L, 5L, 6L);
  }
}
