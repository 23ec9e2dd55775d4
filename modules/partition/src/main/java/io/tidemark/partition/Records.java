package io.tidemark.partition;

import io.tidemark.foundation.CheckFailure;
import io.tidemark.log.Batch;
import io.tidemark.log.BelowFirstLsnException;
import io.tidemark.log.Log;
import io.tidemark.log.LogCursor;
import io.tidemark.log.LogDamagedException;
import io.tidemark.log.ReadResult;
import java.util.function.Supplier;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.ActorAttributes;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.stage.GraphStageLogic;

/// Committed batches of one partition, history first and then the tail, without a gap or a repeat.
///
/// Demand-driven: it reads the log when asked for the next batch, holds none, and sleeps at the
/// committed watermark until that rises.
public final class Records extends Committed<Batch> {
  private static final String DISPATCHER = "tidemark.reader-dispatcher";

  private final Log log;
  private final long fromLsn;

  private Records(Log log, Watermarks watermarks, long fromLsn) {
    super(watermarks);
    this.log = log;
    this.fromLsn = fromLsn;
  }

  /// The committed batches from the one that holds `fromLsn` on; never ends by itself. Fails where
  /// the log is damaged and nobody mends it, or no longer reaches back that far.
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
  public GraphStageLogic createLogic(Attributes attributes) {
    return new Batches();
  }

  private final class Batches extends Logic {
    private long next = fromLsn;

    @Override
    void emitUpTo(long committed) {
      if (next <= committed) {
        try {
          emit(log.read(next));
        } catch (LogDamagedException e) {
          damaged(e);
        }
      }
    }

    private void emit(ReadResult read) {
      switch (read) {
        case ReadResult.Found(Batch batch) -> {
          next = batch.lastLsn() + 1;
          push(batch);
        }
        case ReadResult.BelowFirstLsn(long firstLsn) ->
            fail(new BelowFirstLsnException(next, firstLsn));
        case ReadResult.BeyondAppended(long appendedLsn) ->
            throw new CheckFailure(
                "committed record " + next + " is beyond the end of the log " + appendedLsn);
      }
    }
  }
}
