package io.tidemark.partition;

import io.tidemark.foundation.CheckFailure;
import io.tidemark.log.Batch;
import io.tidemark.log.BelowFirstLsnException;
import io.tidemark.log.Log;
import io.tidemark.log.LogCursor;
import io.tidemark.log.ReadResult;
import java.util.function.Supplier;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.ActorAttributes;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.SourceShape;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;

/// Committed batches of one partition, history first and then the tail, without a gap or a repeat.
///
/// Demand-driven: it reads the log when asked for the next batch, holds none, and sleeps at the
/// committed watermark until that rises.
public final class Records extends GraphStage<SourceShape<Batch>> {
  private static final String DISPATCHER = "tidemark.reader-dispatcher";

  private final Outlet<Batch> out = Outlet.create("Records.out");
  private final Log log;
  private final Watermarks watermarks;
  private final long fromLsn;

  private Records(Log log, Watermarks watermarks, long fromLsn) {
    this.log = log;
    this.watermarks = watermarks;
    this.fromLsn = fromLsn;
  }

  /// The committed batches from the one that holds `fromLsn` on; never ends by itself. Fails where
  /// the log is damaged or no longer reaches back that far.
  public static Source<Batch, NotUsed> committedFrom(Log log, Watermarks watermarks, long fromLsn) {
    return Source.fromGraph(new Records(log, watermarks, fromLsn))
        .withAttributes(ActorAttributes.dispatcher(DISPATCHER));
  }

  /// The committed records that a cursor shows, whole and one by one: from an LSN, a time or a
  /// [io.tidemark.log.ResumeToken] on, selected by LSN, time, type and stream. Ends where the
  /// selection does, and fails where the cursor does.
  ///
  /// @param cursor opens one; called for each materialization, on a thread that may read
  public static Source<CommittedRecord, NotUsed> committed(
      Supplier<LogCursor> cursor, Watermarks watermarks) {
    return Source.fromGraph(new SelectedRecords(cursor, watermarks))
        .withAttributes(ActorAttributes.dispatcher(DISPATCHER))
        .mapConcat(some -> some);
  }

  @Override
  public SourceShape<Batch> shape() {
    return SourceShape.of(out);
  }

  @Override
  public GraphStageLogic createLogic(Attributes attributes) {
    return new Logic();
  }

  private final class Logic extends GraphStageLogic {
    private long next = fromLsn;
    private AutoCloseable watch = () -> {};

    Logic() {
      super(shape());
      setHandler(
          out,
          new AbstractOutHandler() {
            @Override
            public void onPull() {
              emitNext();
            }
          });
    }

    @Override
    public void preStart() {
      AsyncCallback<Boolean> risen =
          createAsyncCallback(
              _ -> {
                if (isAvailable(out)) {
                  emitNext();
                }
              });
      watch = watermarks.watchCommitted(() -> risen.invoke(true));
    }

    @Override
    public void postStop() throws Exception {
      watch.close();
    }

    private void emitNext() {
      if (next <= watermarks.committed()) {
        switch (log.read(next)) {
          case ReadResult.Found(Batch batch) -> {
            next = batch.lastLsn() + 1;
            push(out, batch);
          }
          case ReadResult.BelowFirstLsn(long firstLsn) ->
              fail(out, new BelowFirstLsnException(next, firstLsn));
          case ReadResult.BeyondAppended(long appendedLsn) ->
              throw new CheckFailure(
                  "committed record " + next + " is beyond the end of the log " + appendedLsn);
        }
      }
    }
  }
}
